/**
 * Gates on slices: `METRIC@SLICE`, where SLICE is the name of a slice as reports print it, `PATH:NAME` where several
 * paths have one of that name, or `*` for each slice. A slice that is not found never passes.
 *
 * The name of a metric may hold an `@` itself, as `Recall@10` does: a metric of the whole name comes first.
 */
import { count, plural, precise } from "../figures/Figures.ts";
import type { Comparison } from "./Comparison.ts";
import * as ComparisonGate from "./ComparisonGate.ts";
import * as Gate from "./Gate.ts";
import { boundText } from "./GateBound.ts";
import * as MetricLookUp from "./MetricLookUp.ts";
import type { SliceValue } from "./SliceValue.ts";
import type { MetricFigures, Summary } from "./Summary.ts";

/** The slices of one path. */
interface Sliced<Metric> {
  readonly by: string;
  readonly pointer: string;
  readonly areTooMany: boolean;
  readonly slices: ReadonlyArray<{
    readonly value: SliceValue;
    readonly metrics: ReadonlyArray<Metric>;
  }>;
}

/** A slice that a gate is about. */
interface Found<Metric> {
  readonly name: string;
  readonly metrics: ReadonlyArray<Metric>;
}

/** The slices that a gate is about, or why there are none. */
type Wanted<Metric> =
  | {
      readonly metric: string;
      readonly isEach: boolean;
      readonly slices: ReadonlyArray<Found<Metric>>;
    }
  | { readonly problem: string };

/** Judges a run by a gate on it, or on its slices. */
export const judge = (gate: Gate.Gate, summary: Summary): Gate.Verdict => {
  const wanted = wantedBy(gate.metric, summary.slicedBy, (metric) =>
    MetricLookUp.isKnown(metric, summary.metrics),
  );
  if (wanted === undefined) return Gate.judge(gate, summary);
  const failed = (says: string): Gate.Verdict => ({
    ...gate,
    found: undefined,
    isKept: false,
    says,
  });
  if ("problem" in wanted) return failed(wanted.problem);
  const { metric, isEach } = wanted;
  const known = MetricLookUp.find(metric, summary.metrics);
  if ("problem" in known) return failed(known.problem);
  const slices = isEach
    ? wanted.slices.filter(({ metrics }) => hasScores(metric, metrics))
    : wanted.slices;
  if (slices.length === 0) return failed(`metric ${metric} scored no record of a slice`);
  const verdicts = slices.map(({ name, metrics }) => {
    const verdict = Gate.judge({ ...gate, metric }, { metrics });
    return { ...verdict, says: `in slice ${name}, ${verdict.says}` };
  });
  const broken = verdicts.filter(({ isKept }) => !isKept);
  const found = worstOf(verdicts);
  if (broken.length > 0) return { ...gate, found, isKept: false, says: listed(broken) };
  const [only] = verdicts;
  return {
    ...gate,
    found,
    isKept: true,
    says:
      isEach || only === undefined
        ? `${gate.figure} of ${metric} is ${boundText(gate)} in each of ${plural(verdicts.length, "slice")}` +
          (found === undefined
            ? ""
            : `, ${precise(found)} in the ${gate.least === undefined ? "highest" : "lowest"}`)
        : only.says,
  };
};

/** Judges two runs by a gate on them, or on their slices. */
export const judgeComparison = (
  gate: ComparisonGate.ComparisonGate,
  comparison: Comparison,
): ComparisonGate.ComparisonVerdict => {
  if (gate.rule !== "no worse") return ComparisonGate.judge(gate, comparison);
  const wanted = wantedBy(
    gate.metric,
    comparison.slicedBy,
    (metric) => metric === "*" || MetricLookUp.isKnown(metric, comparison.metrics),
  );
  if (wanted === undefined) return ComparisonGate.judge(gate, comparison);
  const failed = (says: string): ComparisonGate.ComparisonVerdict => ({
    gate,
    isKept: false,
    says,
  });
  if ("problem" in wanted) return failed(wanted.problem);
  const { metric, isEach } = wanted;
  // In the whole runs: a slice may have one of several metrics that are meant.
  const known = metric === "*" ? undefined : MetricLookUp.find(metric, comparison.metrics, "runs");
  if (known !== undefined && "problem" in known) return failed(known.problem);
  // Of all slices, small ones are no reason to fail: they get no verdict.
  const slices = isEach
    ? wanted.slices.flatMap(({ name, metrics }) => {
        const judged = metrics.filter(({ verdict }) => verdict !== "too few");
        const isAny =
          metric === "*"
            ? judged.some(({ kind }) => kind === "boolean" || kind === "number")
            : MetricLookUp.seriesOf(metric, metrics).some((own) => judged.includes(own));
        return isAny ? [{ name, metrics: judged }] : [];
      })
    : wanted.slices;
  if (slices.length === 0)
    return failed(`no slice has enough testcases of ${metric} for a verdict`);
  const verdicts = slices.map(({ name, metrics }) => {
    const verdict = ComparisonGate.judge({ ...gate, metric }, { metrics });
    return { ...verdict, says: `in slice ${name}, ${verdict.says}` };
  });
  const broken = verdicts.filter(({ isKept }) => !isKept);
  if (broken.length > 0) return failed(listed(broken));
  const [only] = verdicts;
  const left = wanted.slices.length - slices.length;
  return {
    gate,
    isKept: true,
    says:
      isEach || only === undefined
        ? `${metric === "*" ? "no metric" : metric} is ${metric === "*" ? "" : "not "}worse in any of ` +
          plural(slices.length, "slice") +
          (left > 0
            ? ` (${count(left)} more ${left === 1 ? "has" : "have"} too few testcases)`
            : "")
        : only.says,
  };
};

/** The figure of some slices that is the closest to the bound, or the furthest beyond it. */
const worstOf = (verdicts: ReadonlyArray<Gate.Verdict>): number | undefined => {
  const found = verdicts.flatMap((own) => own.found ?? []);
  if (found.length === 0) return undefined;
  return verdicts[0]?.least === undefined ? Math.max(...found) : Math.min(...found);
};

/** The most slices that a verdict names. */
const maxNamed = 5;

const listed = (broken: ReadonlyArray<{ readonly says: string }>): string => {
  const more = broken.length - maxNamed;
  const said = broken.slice(0, maxNamed).map(({ says }) => says);
  return [...said, ...(more > 0 ? [`and in ${plural(more, "more slice")}`] : [])].join("; ");
};

/** Whether a metric scored a record of a slice, validly or not. */
const hasScores = (metric: string, metrics: ReadonlyArray<MetricFigures>): boolean =>
  MetricLookUp.seriesOf(metric, metrics).some((own) => own.n + own.invalid > 0);

/** What a gate's name says: undefined where it names a metric of the whole run, or holds no `@`. */
const wantedBy = <Metric>(
  name: string,
  slicedBy: ReadonlyArray<Sliced<Metric>>,
  isKnown: (metric: string) => boolean,
): Wanted<Metric> | undefined => {
  if (!name.includes("@") || isKnown(name)) return undefined;
  if (slicedBy.length === 0) {
    return {
      problem: `no metric is called ${name}: to judge a slice, say by which path, such as --by inputs.category`,
    };
  }
  const readings = Array.from(name.matchAll(/@/g), ({ index }) => ({
    metric: name.slice(0, index),
    slice: name.slice(index + 1),
  })).filter(({ metric }) => isKnown(metric));
  const [first] = readings;
  if (first === undefined) return undefined;
  const found = readings.map(({ metric, slice }) => ({ metric, ...slicesNamed(slice, slicedBy) }));
  const resolved = found.filter((own) => "slices" in own);
  const [only, second] = resolved;
  if (second !== undefined) {
    return { problem: `${name} names ${resolved.length} slices: of several metrics` };
  }
  return only ?? found[0];
};

/** The slices of a name. */
const slicesNamed = <Metric>(
  text: string,
  slicedBy: ReadonlyArray<Sliced<Metric>>,
):
  | { readonly isEach: boolean; readonly slices: ReadonlyArray<Found<Metric>> }
  | { readonly problem: string } => {
  const path = slicedBy.find(
    ({ by, pointer }) => text.startsWith(`${by}:`) || text.startsWith(`${pointer}:`),
  );
  const own = path === undefined ? slicedBy : [path];
  const wanted =
    path === undefined
      ? text
      : text.slice((text.startsWith(`${path.by}:`) ? path.by : path.pointer).length + 1);
  const nameIn = ({ by }: Sliced<Metric>, { name }: SliceValue): string =>
    slicedBy.length > 1 ? `${by}:${name}` : name;
  const matches = own.flatMap((sliced) =>
    matchesIn(sliced, wanted).map(({ value, metrics }) => ({
      name: nameIn(sliced, value),
      metrics,
    })),
  );
  const paths = own.map(({ by }) => by).join(" or ");
  const many = own.find(({ areTooMany }) => areTooMany);
  if (many !== undefined && (wanted === "*" || matches.length === 0)) {
    return { problem: `${many.by} has too many values to be slices` };
  }
  if (matches.length === 0) {
    return {
      problem: `the run has no ${wanted === "*" ? "slices" : `slice ${wanted}`} by ${paths}`,
    };
  }
  if (wanted === "*") return { isEach: true, slices: matches };
  return matches.length === 1
    ? { isEach: false, slices: matches }
    : {
        problem: `several paths have a slice ${wanted}: choose ${matches.map(({ name }) => name).join(" or ")}`,
      };
};

/** The slices of a path that a text names: by its name, or a text by itself. */
const matchesIn = <Metric>({ slices }: Sliced<Metric>, wanted: string) => {
  if (wanted === "*") return slices;
  const byName = slices.filter(({ value }) => value.name === wanted);
  return byName.length > 0
    ? byName
    : slices.filter(({ value }) => value.kind === "text" && value.json === JSON.stringify(wanted));
};
