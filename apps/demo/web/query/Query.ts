/** What the user wants to see, and its form in the URL: a reload or a shared link shows the same. */

/** What a metric is filtered by. A record meets any condition of one metric, and the conditions of all metrics. */
export type Condition =
  | { readonly is: "pass" | "fail" | "invalid" | "missing" }
  /** Some trials or scores of a boolean metric pass, others fail. */
  | { readonly is: "mixed" }
  /** In comparison with the baseline: categories change, but get neither worse nor better. */
  | { readonly is: "worse" | "better" | "same" | "changed" }
  | { readonly is: "category"; readonly name: string }
  | {
      readonly is: "range";
      readonly lower: number;
      readonly upper: number;
      readonly isClosed: boolean;
    };

export interface Filter {
  /** A metric's id, with a slash and the member of its scores where it has several. */
  readonly metric: string;
  readonly condition: Condition;
}

export interface Query {
  /** Words that a record must all contain, in any case. */
  readonly text: string;
  readonly filters: ReadonlyArray<Filter>;
  /** The order: `worst` first (in a comparison, regressions first), as `listed`, or by a metric's id. */
  readonly sort: string;
  readonly isDescending: boolean;
  /** In a comparison: only testcases of both runs, or of one of them. */
  readonly only: "both" | "baseline" | "candidate" | null;
  /** The open record: the index of its run, and its id. */
  readonly record: { readonly run: number; readonly id: string } | null;
  /** The members that the user chose to be read as the input, the expected output and the output. */
  readonly roles: Roles;
}

/** What a member of a record can be read as. */
export type Role = "input" | "expected" | "output";

/** A member for each role that the user has chosen one for: `inputs.question`. The page infers the others. */
export type Roles = Partial<Readonly<Record<Role, string>>>;

export const roleNames: ReadonlyArray<Role> = ["input", "expected", "output"];

export const everything: Query = {
  text: "",
  filters: [],
  sort: "worst",
  isDescending: false,
  only: null,
  record: null,
  roles: {},
};

/** What decides which records the table shows, and in which order: a query without its open record and its roles. */
export const toQuestion = (query: Query): string =>
  toFragment({ ...query, record: null, roles: {} });

/** The URL fragment of a query, without the `#`; empty for {@link everything}. */
export const toFragment = (query: Query): string => {
  const params = new URLSearchParams();
  if (query.text !== "") params.append("q", query.text);
  for (const { metric, condition } of query.filters) {
    params.append("is", `${metric}:${conditionWord(condition)}`);
  }
  if (query.only !== null) params.append("only", query.only);
  if (query.sort !== everything.sort || query.isDescending) {
    params.append("sort", `${query.isDescending ? "-" : ""}${query.sort}`);
  }
  for (const role of roleNames) {
    const member = query.roles[role];
    if (member !== undefined) params.append(role, member);
  }
  if (query.record !== null) params.append("record", `${query.record.run}:${query.record.id}`);
  return params.toString();
};

/** The most characters of a search. */
export const maxSearchLength = 500;

/** The most filters that a link can have. */
const maxFilters = 100;

/** Reads the query in a URL fragment. It ignores what it does not understand, because anyone can make a link. */
export const fromFragment = (fragment: string): Query => {
  const params = new URLSearchParams(fragment);
  const sort = params.get("sort") ?? everything.sort;
  const only = params.get("only");
  const record = /^([0-4]):(.*)$/s.exec(params.get("record") ?? "");
  return {
    text: (params.get("q") ?? "").slice(0, maxSearchLength),
    filters: params
      .getAll("is")
      .slice(0, maxFilters)
      .flatMap((word): ReadonlyArray<Filter> => {
        const colon = word.lastIndexOf(":");
        const condition = toCondition(word.slice(colon + 1));
        return condition === undefined ? [] : [{ metric: word.slice(0, colon), condition }];
      }),
    sort: sort.replace(/^-/, ""),
    isDescending: sort.startsWith("-"),
    only: only === "both" || only === "baseline" || only === "candidate" ? only : null,
    record: record === null ? null : { run: Number(record[1]), id: record[2] ?? "" },
    roles: Object.fromEntries(
      roleNames.flatMap((role) => {
        const member = params.get(role);
        return member === null ? [] : [[role, member]];
      }),
    ),
  };
};

/** A condition as a word: equal conditions have the same word. */
export const conditionWord = (condition: Condition): string => {
  // A colon in the name would end the metric's id.
  if (condition.is === "category") return `=${encodeURIComponent(condition.name)}`;
  if (condition.is !== "range") return condition.is;
  const { lower, upper, isClosed } = condition;
  return lower === upper ? String(lower) : `${lower}..${isClosed ? "=" : ""}${upper}`;
};

const toCondition = (word: string): Condition | undefined => {
  if (word.startsWith("=")) {
    const name = decoded(word.slice(1));
    return name === undefined ? undefined : { is: "category", name };
  }
  switch (word) {
    case "pass":
    case "fail":
    case "invalid":
    case "missing":
    case "mixed":
    case "worse":
    case "better":
    case "same":
    case "changed":
      return { is: word };
    default: {
      const [from = "", to] = word.split("..");
      const isClosed = to === undefined || to.startsWith("=");
      const lower = from === "" ? Number.NaN : Number(from);
      const upper = to === undefined ? lower : Number(to.replace(/^=/, "") || Number.NaN);
      return Number.isFinite(lower) && Number.isFinite(upper)
        ? { is: "range", lower, upper, isClosed }
        : undefined;
    }
  }
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Adds a filter to a query, or removes it where the query has it. */
export const toggle = (query: Query, filter: Filter): Query => {
  const others = query.filters.filter((other) => !equal(other, filter));
  return {
    ...query,
    filters: others.length < query.filters.length ? others : [...query.filters, filter],
  };
};

/** Whether a query has a filter. */
export const has = (query: Query, filter: Filter): boolean =>
  query.filters.some((other) => equal(other, filter));

const equal = (a: Filter, b: Filter): boolean =>
  a.metric === b.metric && conditionWord(a.condition) === conditionWord(b.condition);
