/** Which member of a record's free-form object is the one to read: the question of its inputs, the answer of its outputs. */

/** The objects that a record's members are in. */
export type Part = "inputs" | "expected" | "outputs";

/** Usual names of the main member, in lower case without underscores, the most telling first. */
const usualNames: Readonly<Record<Part, ReadonlyArray<string>>> = {
  inputs: [
    "question",
    "userquery",
    "query",
    "input",
    "prompt",
    "instruction",
    "request",
    "messages",
    "message",
    "text",
    "problem",
    "task",
    "conversation",
  ],
  expected: [
    "idealanswer",
    "idealresponse",
    "expectedoutput",
    "expectedanswer",
    "expectedresponse",
    "expected",
    "ideal",
    "target",
    "groundtruth",
    "reference",
    "referenceanswer",
    "answer",
    "output",
    "response",
    "label",
    "text",
  ],
  outputs: [
    "response",
    "answer",
    "completion",
    "output",
    "finalanswer",
    "result",
    "text",
    "content",
    "message",
    "generation",
    "prediction",
    "label",
    "messages",
  ],
};

/** A member, as far as the choice depends on it. */
export interface Candidate {
  readonly key: string;
  readonly isText: boolean;
}

/** The key of the main member: one with a usual name, or else the first text, or else the first; undefined for none. */
export const mainKey = (part: Part, members: ReadonlyArray<Candidate>): string | undefined => {
  const keys = new Map(members.map(({ key }) => [key.toLowerCase().replaceAll(/[_-]/g, ""), key]));
  const usual = usualNames[part].find((name) => keys.has(name));
  return usual === undefined
    ? (members.find(({ isText }) => isText) ?? members[0])?.key
    : keys.get(usual);
};
