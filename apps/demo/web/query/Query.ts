/** What the user wants to see, and its form in the URL: a reload or a shared link shows the same. */
import { quote } from "./Expression.ts";
import { tokensOf } from "./ExpressionTokens.ts";

import { fold } from "../../src/explore/store/SearchText.ts";
import { compile, problemOf, type Search } from "../../src/explore/store/TextSearch.ts";

export interface Query {
  /** Words that a record must all contain, in any case. */
  readonly text: string;
  /** Whether the text is a regular expression instead. */
  readonly isPattern: boolean;
  /** The filter as the user typed it, which may be no valid expression: see `Expression`. */
  readonly filter: string;
  /** The field whose values slice the run, as an expression writes it: `inputs.category`. Null for no slices. */
  readonly by: string | null;
  /** What the slices are sorted by: `name`, `size` or a metric's id. Null for those that got worse first. */
  readonly bySort: string | null;
  /** Whether the trials of a testcase are one line. In a comparison they always are. */
  readonly isFolded: boolean;
  /** Of more than two runs: the index of the one that is compared with the first. Null for the second. */
  readonly focus: number | null;
  /** Whether the order is by the worst of all later runs, rather than by the one in focus. */
  readonly isByWorst: boolean;
  /** The metrics to show, in order, as an expression writes them. Null for all. */
  readonly metrics: ReadonlyArray<string> | null;
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

const roleNames: ReadonlyArray<Role> = ["input", "expected", "output"];

export const everything: Query = {
  text: "",
  isPattern: false,
  filter: "",
  by: null,
  bySort: null,
  isFolded: false,
  focus: null,
  isByWorst: false,
  metrics: null,
  sort: "worst",
  isDescending: false,
  only: null,
  record: null,
  roles: {},
};

/** What decides which records the table shows, and in which order: a query without what decides how they look. */
export const toQuestion = (query: Query): string =>
  toFragment({ ...query, by: null, bySort: null, metrics: null, record: null, roles: {} });

/** What decides what the worker computes: the question, and the slices. */
export const toRequest = (query: Query): string =>
  toFragment({ ...query, bySort: null, metrics: null, record: null, roles: {} });

/** The URL fragment of a query, without the `#`; empty for {@link everything}. */
export const toFragment = (query: Query): string => {
  const params = new URLSearchParams();
  if (query.text !== "") params.append("q", query.text);
  if (query.isPattern) params.append("regex", "1");
  if (query.filter !== "") params.append("where", query.filter);
  if (query.by !== null) params.append("by", query.by);
  if (query.bySort !== null) params.append("bysort", query.bySort);
  if (query.isFolded) params.append("trials", "together");
  if (query.focus !== null) params.append("focus", String(query.focus + 1));
  if (query.isByWorst) params.append("across", "1");
  if (query.metrics !== null) params.append("metrics", query.metrics.map(quote).join(","));
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

/** What a query searches the texts of records for; null where it searches for nothing. */
export const searchOf = ({ text, isPattern }: Pick<Query, "text" | "isPattern">): Search | null => {
  if (isPattern) return text === "" ? null : { terms: [], patterns: [text] };
  const terms = wordsIn(text);
  return terms.length === 0 ? null : { terms, patterns: [] };
};

/** The words of a search, each once. */
const wordsIn = (text: string): ReadonlyArray<string> =>
  Array.from(
    new Map(
      text
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => [fold(word), word]),
    ).values(),
  );

/** Regular expressions that match what a search finds. None for one that cannot be read. */
export const expressionsOf = (query: Pick<Query, "text" | "isPattern">): ReadonlyArray<RegExp> => {
  const search = searchOf(query);
  if (search === null || problemOf(search) !== undefined) return [];
  return [...search.terms.map(escaped), ...search.patterns].map((pattern) =>
    compile(pattern, "gim"),
  );
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** The most characters of a search. */
export const maxSearchLength = 500;

/** Reads the query in a URL fragment. It ignores what it does not understand, because anyone can make a link. */
export const fromFragment = (fragment: string): Query => {
  const params = new URLSearchParams(fragment);
  const sort = params.get("sort") ?? everything.sort;
  const only = params.get("only");
  const focus = /^[2-5]$/.exec(params.get("focus") ?? "");
  const record = /^([0-4]):(.*)$/s.exec(params.get("record") ?? "");
  return {
    text: (params.get("q") ?? "").slice(0, maxSearchLength),
    isPattern: params.get("regex") === "1",
    filter: params.get("where") ?? "",
    by: params.get("by"),
    bySort: params.get("bysort"),
    isFolded: params.get("trials") === "together",
    focus: focus === null ? null : Number(focus[0]) - 1,
    isByWorst: params.get("across") === "1",
    metrics: params.has("metrics") ? namesIn(params.get("metrics") ?? "") : null,
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

/** The index of the run that a query compares with the first, of so many runs; 0 where there is one. */
export const focusOf = ({ focus }: Pick<Query, "focus">, runs: number): number =>
  runs < 3 ? runs - 1 : Math.min(focus ?? 1, runs - 1);

/** The names in a list. */
const namesIn = (text: string): ReadonlyArray<string> =>
  tokensOf(text).flatMap((token) => (token.type === "word" ? [token.text] : []));
