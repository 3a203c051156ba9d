/** Traces, metrics and logs by OTLP, where `OTEL_EXPORTER_OTLP_ENDPOINT` says where to. */
import { Config, Effect, Layer, Option } from "effect";
import { FetchHttpClient } from "effect/http";
import { Otlp, OtlpSerialization } from "effect/observability";

/** Sends what a runner does to a collector; without an endpoint, nowhere. */
export const layer = Layer.unwrap(
  Effect.map(Config.option(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT")), (endpoint) =>
    Option.getOrElse(endpoint, () => "") === ""
      ? Layer.empty
      : Otlp.layerFromConfig({ resource: { serviceName: "scorecard-mirror" } }).pipe(
          Layer.provide([OtlpSerialization.layerJson, FetchHttpClient.layer]),
        ),
  ),
);
