/** The Worker: an incoming request makes one call of a case. */
import { call } from "../conformance/Conformance.ts";

export default {
  fetch: async (request: Request): Promise<Response> =>
    Response.json({ failure: await call(await request.text()) }),
};
