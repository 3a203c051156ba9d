/** Traces, metrics and logs by OTLP, where `OTEL_EXPORTER_OTLP_ENDPOINT` says where to. */
import { Config, ConfigProvider, Effect, Layer, Option } from "effect";
import { FetchHttpClient } from "effect/http";
import { Otlp, OtlpSerialization } from "effect/observability";

// What OpenTelemetry takes for granted, and Effect wants to be told.
const exporters = ConfigProvider.fromUnknown({
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
});

/** Sends what a runner does to a collector; without an endpoint, nowhere. */
export const layer = Layer.unwrap(
  Effect.map(Config.option(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT")), (endpoint) =>
    Option.getOrElse(endpoint, () => "") === ""
      ? Layer.empty
      : Otlp.layerFromConfig({ resource: { serviceName: "scorecard-mirror" } }).pipe(
          Layer.provide([OtlpSerialization.layerJson, FetchHttpClient.layer]),
          Layer.provide(ConfigProvider.layerAdd(exporters)),
        ),
  ),
);
