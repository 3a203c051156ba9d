/**
 * OpenTelemetry: traces, metrics and logs go to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, where one is set. Effect
 * speaks OTLP itself, so no SDK is needed. The client's spans say the run, the page, the attempt and the error.
 */
import { Config, ConfigProvider, Effect, Layer, Option } from "effect";
import { FetchHttpClient } from "effect/http";
import { Otlp, OtlpSerialization } from "effect/observability";

// What OpenTelemetry calls its defaults; each can be set to `none`.
const exporters = ConfigProvider.fromUnknown({
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
});

const exporting = Otlp.layerFromConfig({ resource: { serviceName: "run-figures" } }).pipe(
  Layer.provide([OtlpSerialization.layerJson, FetchHttpClient.layer]),
  Layer.provide(ConfigProvider.layerAdd(exporters)),
);

export const layer = Layer.unwrap(
  Effect.map(Config.option(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT")), (endpoint) =>
    Option.isSome(endpoint) ? exporting : Layer.empty,
  ),
);
