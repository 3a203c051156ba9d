/** Exports traces, metrics and logs by OTLP, if `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
import { Config, ConfigProvider, Effect, Layer, Option } from "effect";
import { FetchHttpClient } from "effect/http";
import { Otlp, OtlpSerialization } from "effect/observability";

// The defaults of OpenTelemetry. Effect exports nothing unless they are set.
const exporters = ConfigProvider.fromUnknown({
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
});

/** Exports telemetry to a collector; does nothing without an endpoint. */
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
