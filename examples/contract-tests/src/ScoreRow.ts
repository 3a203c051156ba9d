/** Scores as rows of a table, for a data warehouse. */
import {
  BooleanScore,
  formatIssues,
  IntegerScore,
  Issue,
  issuesOf,
  type MetricConfigId,
  NumberScore,
  type RecordId,
  RecordPage,
  type RunId,
  type Score,
  type TestcaseId,
} from "@scorecard-effect/contract";
import { Result, Schema } from "effect";

/** One score of one record. */
export interface ScoreRow {
  readonly runId: RunId;
  readonly recordId: RecordId;
  readonly testcaseId: TestcaseId | null;
  readonly metricConfigId: MetricConfigId;
  /** The score as a number, with 1 for a pass. Null if the score has no documented form. */
  readonly value: number | null;
  /** Whether the API found nothing wrong with it. */
  readonly isValid: boolean;
}

/** The body is not a page of records. */
export class PageRefused extends Schema.TaggedError<PageRefused>()("PageRefused", {
  /** The places where it breaks the contract. */
  issues: Schema.Array(Issue),
}) {
  override get message(): string {
    return `Not a page of records: ${formatIssues(this.issues)}`;
  }
}

const decode = Schema.decodeUnknownResult(RecordPage, { errors: "all" });

/** The rows of a response body: one for each score on the page, or the reason why the body is not a page. */
export const fromBody = (body: unknown): Result.Result<ReadonlyArray<ScoreRow>, PageRefused> =>
  Result.mapBoth(decode(body), {
    onFailure: (error) => new PageRefused({ issues: issuesOf(error) }),
    onSuccess: ({ data }) =>
      data.flatMap(({ id, runId, testcaseId, scores }) =>
        scores.map((score) => ({
          runId,
          recordId: id,
          testcaseId: testcaseId ?? null,
          metricConfigId: score.metricConfigId,
          value: valueOf(score),
          isValid: (score.validationErrors ?? []).length === 0,
        })),
      ),
  });

const isBoolean = Schema.is(BooleanScore);
const isInteger = Schema.is(IntegerScore);
const isNumber = Schema.is(NumberScore);

const valueOf = ({ score }: Score): number | null => {
  if (isBoolean(score)) return Number(score.binaryScore);
  if (isInteger(score)) return score.intScore;
  return isNumber(score) ? score.value : null;
};
