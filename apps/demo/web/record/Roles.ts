/** Which members of a record are read as its input, its expected output and its output. */
import { mainKey, type Part } from "../../src/content/MainMember.ts";
import type { Detail, Member } from "../../src/explore/ExploreProtocol.ts";
import type { Role, Roles } from "../query/Query.ts";

/** The objects of a record, in the order in which they are listed. */
export const parts: ReadonlyArray<Part> = ["inputs", "expected", "outputs"];

/** A member with its place: `inputs.question`. */
export interface PlacedMember {
  readonly place: string;
  readonly member: Member;
}

/** The place of a member in a record, as the URL writes it. */
export const placeOf = (part: Part | "others", key: string): string => `${part}.${key}`;

/** All members of a record with their places. */
export const placedMembers = (detail: Detail): ReadonlyArray<PlacedMember> =>
  ([...parts, "others"] as const).flatMap((part) =>
    detail[part].map((member) => ({ place: placeOf(part, member.key), member })),
  );

/** The member at a place; undefined where a record has none there. */
export const memberAt = (detail: Detail | null, place: string | null): Member | undefined =>
  detail === null || place === null
    ? undefined
    : placedMembers(detail).find((placed) => placed.place === place)?.member;

/** The object where a role is usually found. */
export const partOfRole: Readonly<Record<Role, Part>> = {
  input: "inputs",
  expected: "expected",
  output: "outputs",
};

/**
 * The place of a role's member in some records, null where none of them has one. The user's choice holds where one of
 * the records has that member.
 */
export const placeOfRole = (
  role: Role,
  details: ReadonlyArray<Detail | null>,
  chosen: Roles,
): string | null => {
  const choice = chosen[role];
  if (choice !== undefined && details.some((detail) => memberAt(detail, choice) !== undefined)) {
    return choice;
  }
  const part = partOfRole[role];
  const members = details.flatMap((detail) => detail?.[part] ?? []);
  const key = mainKey(part, members);
  return key === undefined ? null : placeOf(part, key);
};
