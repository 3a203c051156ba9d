/** What became of a listing that met a fault. */
import { RecordWithScores } from "@scorecard-effect/contract";
import * as Schema from "effect/Schema";

export type Outcome =
  /** Every record of the run arrived, once and in order, and satisfies the contract. */
  | "right"
  /** The listing failed, and what it had delivered until then is right. */
  | "error"
  /** The listing ended as if all were well, or delivered a record that is wrong. */
  | "silently wrong"
  /** The listing neither ended nor failed within the time allowed, or delivered records without end. */
  | "never ends";

/** Lists a run: hands over each record, and returns at the end of the run. */
export type ListRun = (
  target: { readonly baseUrl: string; readonly apiKey: string; readonly runId: string },
  deliver: (record: unknown) => void,
) => Promise<void>;

/** How long a listing may take. It is far above what a run of some pages needs. */
export const allowedMillis = 5_000;

const isRecord = Schema.is(RecordWithScores);

/** Lists a run and judges what arrived by the ids that it has. */
export const outcomeOf = async (
  list: ListRun,
  target: Parameters<ListRun>[0],
  ids: ReadonlyArray<string>,
): Promise<Outcome> => {
  const places = new Map(ids.map((id, place) => [id, place]));
  let delivered = 0;
  let lastPlace = -1;
  let isWrong = false;
  const deliver = (record: unknown): void => {
    const place = isRecord(record) ? places.get(record.id) : undefined;
    // A record that is missing is an error where the listing ends with one; a record twice is wrong whatever follows.
    isWrong ||= place === undefined || place <= lastPlace;
    lastPlace = place ?? lastPlace;
    delivered += 1;
    // A loop that follows a cursor in circles never reads the clock, so it is stopped here.
    if (delivered > 10 * ids.length) throw new EndlessListing();
  };
  const listing = list(target, deliver).then(
    () => "ended" as const,
    (error: unknown) => (error instanceof EndlessListing ? "never ends" : "error"),
  );
  const { promise: allowed, resolve } = Promise.withResolvers<"never ends">();
  const timer = setTimeout(() => resolve("never ends"), allowedMillis);
  const end = await Promise.race([listing, allowed]);
  clearTimeout(timer);
  if (end === "never ends") return end;
  if (isWrong) return "silently wrong";
  if (end === "error") return end;
  return delivered === ids.length ? "right" : "silently wrong";
};

class EndlessListing extends Error {}
