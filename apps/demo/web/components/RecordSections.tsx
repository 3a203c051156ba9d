/** One record in sections, or several side by side, each compared with the first. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Detail, Member } from "../../src/explore/ExploreProtocol.ts";
import { idText, plural } from "../../src/figures/Figures.ts";
import type { Role, Roles } from "../query/Query.ts";
import { diffExpected, isSameMember } from "../record/MemberDiff.ts";
import {
  memberAt,
  partOfRole,
  parts,
  type PlacedMember,
  placedMembers,
  placeOf,
  placeOfRole,
} from "../record/Roles.ts";
import { Difference, DifferenceView } from "./Difference.tsx";
import { Fold } from "./Fold.tsx";
import { MemberList, MemberName, Members, MemberView } from "./MemberView.tsx";
import { inSentence } from "./RunName.ts";
import { SafeText, visible } from "./SafeText.tsx";

/** A record in its column. */
export interface Column {
  /** `Baseline`, `Candidate`, `Trial 2`, `@2 run 136`; empty where there is one column. */
  readonly title: string;
  /** Null where the run has no such record. */
  readonly detail: Detail | null;
}

export interface Props {
  /** One to five. At least one has a record. */
  readonly columns: ReadonlyArray<Column>;
  readonly roles: Roles;
  readonly onRole: (role: Role, place: string) => void;
  /** Whether differences are marked, rather than texts shown side by side. */
  readonly isDifference: boolean;
  readonly onDifference: (isDifference: boolean) => void;
  /** The scores, which stand between the main members and the others. */
  readonly scores: JSX.Element;
}

const roleTitles: Readonly<Record<Role, string>> = {
  input: "Input",
  expected: "Expected",
  output: "Output",
};

export const RecordSections = (props: Props): JSX.Element =>
  props.columns.length > 1 ? <Compared {...props} /> : <Single {...props} />;

const useRoles = (columns: ReadonlyArray<Column>, roles: Roles) =>
  useMemo(() => {
    const details = columns.map(({ detail }) => detail);
    return {
      input: placeOfRole("input", details, roles),
      expected: placeOfRole("expected", details, roles),
      output: placeOfRole("output", details, roles),
    };
  }, [columns, roles]);

const Single = (props: Props): JSX.Element => {
  const { columns, roles, isDifference, onDifference, scores } = props;
  const places = useRoles(columns, roles);
  const [column] = columns;
  const detail = column?.detail ?? null;
  const [expected, output] = [memberAt(detail, places.expected), memberAt(detail, places.output)];
  // Most agents' records expect no text in particular.
  const hasExpected = expected !== undefined && !/^\s*(?:\{\}|\[\]|null)?\s*$/.test(expected.text);
  const difference = useMemo(
    () => (hasExpected ? diffExpected(expected, output) : undefined),
    [hasExpected, expected, output],
  );
  const choice = (role: Role) => (
    <RoleChoice role={role} place={places[role]} detail={detail} onRole={props.onRole} />
  );
  return (
    <>
      <section aria-label="Input">
        {choice("input")}
        <MemberOrNote place={places.input} member={memberAt(detail, places.input)} />
      </section>
      <section aria-label="Expected and output">
        {difference === undefined ? null : (
          <ModeSwitch isDifference={isDifference} onDifference={onDifference} />
        )}
        {isDifference && difference !== undefined ? (
          <>
            <div class="sides">
              {choice("expected")}
              {choice("output")}
            </div>
            <DifferenceView
              diff={difference}
              place={places.output ?? ""}
              before={expected}
              after={output}
              titles={["expected", "output"]}
            />
          </>
        ) : (
          <div class={hasExpected ? "sides" : ""}>
            <div>
              {choice("expected")}
              <MemberOrNote place={places.expected} member={expected} />
            </div>
            <div>
              {choice("output")}
              <MemberOrNote place={places.output} member={output} />
            </div>
          </div>
        )}
      </section>
      {scores}
      {detail === null
        ? null
        : groups.map(({ part, title }) => {
            const others = detail[part].filter(
              ({ key }) => !Object.values(places).includes(placeOf(part, key)),
            );
            return others.length === 0 ? null : (
              <Members key={part} title={title} part={part} members={others} />
            );
          })}
    </>
  );
};

const groups = [
  { part: "outputs", title: "Other outputs" },
  { part: "inputs", title: "Other inputs" },
  { part: "expected", title: "Other expected values" },
  { part: "others", title: "Other fields" },
] as const;

interface MemberOrNoteProps {
  readonly place: string | null;
  readonly member: Member | undefined;
}

const MemberOrNote = ({ place, member }: MemberOrNoteProps): JSX.Element =>
  member === undefined || place === null ? (
    <p class="note">Nothing</p>
  ) : (
    <MemberView place={place} member={member} />
  );

interface RoleChoiceProps {
  readonly role: Role;
  readonly place: string | null;
  readonly detail: Detail | null;
  readonly onRole: Props["onRole"];
}

/** The title of a role, and which member it shows. */
const RoleChoice = ({ role, place, detail, onRole }: RoleChoiceProps): JSX.Element => (
  <h3 class="role">
    {roleTitles[role]}
    {detail === null ? null : (
      <select
        aria-label={`Which member is the ${role === "expected" ? "expected output" : role}`}
        value={place ?? ""}
        onChange={({ currentTarget }) => onRole(role, currentTarget.value)}
      >
        {place === null ? <option value="">none</option> : null}
        {placedMembers(detail).map((placed) => (
          <option key={placed.place} value={placed.place}>
            {visible(nameIn(role, placed))}
          </option>
        ))}
      </select>
    )}
  </h3>
);

/** The name of a member for a role: its key in the object where that role is usually found, else its place. */
const nameIn = (role: Role, { place, member: { key } }: PlacedMember): string =>
  key !== "" && place === placeOf(partOfRole[role], key) ? key : place;

interface ModeSwitchProps {
  readonly isDifference: boolean;
  readonly onDifference: Props["onDifference"];
}

const ModeSwitch = ({ isDifference, onDifference }: ModeSwitchProps): JSX.Element => (
  <div class="switch" role="group" aria-label="How to compare">
    <button
      type="button"
      aria-pressed={!isDifference}
      aria-keyshortcuts="d"
      onClick={() => onDifference(false)}
    >
      Side by side
    </button>
    <button
      type="button"
      aria-pressed={isDifference}
      aria-keyshortcuts="d"
      onClick={() => onDifference(true)}
    >
      Difference
    </button>
  </div>
);

/** A member in every column. */
interface ComparedMember {
  readonly place: string;
  readonly name: string;
  readonly members: ReadonlyArray<Member | undefined>;
  readonly isSame: boolean;
}

const compareMembers = (columns: ReadonlyArray<Column>): ReadonlyArray<ComparedMember> => {
  const names = new Map<string, string>();
  for (const { detail } of columns) {
    if (detail === null) continue;
    for (const part of [...parts, "others"] as const) {
      for (const { key } of detail[part]) names.set(placeOf(part, key), key);
    }
  }
  // A run without the record takes no part.
  const present = columns.filter(({ detail }) => detail !== null);
  return Array.from(names, ([place, name]) => {
    const members = columns.map(({ detail }) => memberAt(detail, place));
    const compared = present.map(({ detail }) => memberAt(detail, place));
    return {
      place,
      name,
      members,
      isSame: compared.every((member) => isSameMember(compared[0], member)),
    };
  });
};

const Compared = (props: Props): JSX.Element => {
  const { columns, roles, isDifference, onDifference, scores } = props;
  const places = useRoles(columns, roles);
  const members = useMemo(() => compareMembers(columns), [columns]);
  const [first, ...others] = columns;
  const detail = [...others, ...(first === undefined ? [] : [first])].find(
    (column) => column.detail !== null,
  )?.detail;
  const view = (member: ComparedMember) => (
    <ComparedView key={member.place} {...{ member, columns, isDifference }} />
  );
  const main = (role: Role) => {
    const member = members.find(({ place }) => place === places[role]);
    return (
      <section aria-label={roleTitles[role]}>
        <RoleChoice
          role={role}
          place={places[role]}
          detail={detail ?? null}
          onRole={props.onRole}
        />
        {member === undefined ? <p class="note">Nothing</p> : view(member)}
      </section>
    );
  };
  return (
    <>
      <div class="compare-bar">
        <ModeSwitch isDifference={isDifference} onDifference={onDifference} />
        <Changes members={members} columns={columns} />
      </div>
      {main("input")}
      {main("expected")}
      {main("output")}
      {scores}
      {groups.map(({ part, title }) => {
        const own = members.filter(
          ({ place, name }) =>
            place === placeOf(part, name) && !Object.values(places).includes(place),
        );
        const changed = own.filter(({ isSame }) => !isSame);
        const same = own.filter(({ isSame }) => isSame);
        return own.length === 0 ? null : (
          <section key={part} class="members" aria-label={title}>
            <h3>{title}</h3>
            {changed.length === 0 ? null : (
              <dl class="list">
                {changed.map((member) => (
                  <div key={member.place}>
                    <MemberName name={member.name} />
                    <dd>{view(member)}</dd>
                  </div>
                ))}
              </dl>
            )}
            {same.length === 0 ? null : (
              <Fold
                look="unchanged"
                summary={
                  <>
                    {plural(same.length, "member")} the same:{" "}
                    <span class="brief">
                      <SafeText>{same.map(({ name }) => name).join(", ")}</SafeText>
                    </span>
                  </>
                }
              >
                {() => (
                  <MemberList
                    part={part}
                    members={same.flatMap(({ members: copies }) => {
                      const shared = copies.find((member) => member !== undefined);
                      return shared === undefined ? [] : [shared];
                    })}
                  />
                )}
              </Fold>
            )}
          </section>
        );
      })}
    </>
  );
};

interface ChangesProps {
  readonly members: ReadonlyArray<ComparedMember>;
  readonly columns: ReadonlyArray<Column>;
}

/** Which members differ, in a sentence: "the same" only where all are. */
const Changes = ({ members, columns }: ChangesProps): JSX.Element | null => {
  if (columns.filter(({ detail }) => detail !== null).length < 2) return null;
  const changed = members.filter(({ isSame }) => !isSame);
  if (changed.length === 0) {
    return <p class="changed">All {plural(members.length, "member")} the same</p>;
  }
  return (
    <p class="changed">
      <b>{plural(changed.length, "member")}</b> of {members.length}{" "}
      {changed.length === 1 ? "differs" : "differ"}:{" "}
      {changed.map(({ place }, index) => (
        <span key={place}>
          {index > 0 ? ", " : ""}
          <code>
            <SafeText>{place}</SafeText>
          </code>
        </span>
      ))}
    </p>
  );
};

interface ComparedViewProps {
  readonly member: ComparedMember;
  readonly columns: ReadonlyArray<Column>;
  readonly isDifference: boolean;
}

const ComparedView = ({ member, columns, isDifference }: ComparedViewProps): JSX.Element => {
  const { place, members, isSame } = member;
  const present = columns.filter(({ detail }) => detail !== null).length;
  const shared = members.find((own) => own !== undefined);
  if (isSame && present > 1 && shared !== undefined) {
    return (
      <>
        <p class="note">The same in {present === 2 ? "both" : `all ${present}`}</p>
        <MemberView place={place} member={shared} />
      </>
    );
  }
  const isMarked = isDifference && present > 1;
  const [first] = columns;
  const shown = columns
    .map((column, index) => ({ column, index, member: members[index] }))
    .filter(({ index }) => !isMarked || index > 0);
  return (
    <div class="sides" style={{ "--sides": shown.length }}>
      {shown.map(({ column, index, member: own }) => (
        <div key={index} class="side">
          {isMarked && shown.length === 1 ? null : <ColumnTitle column={column} />}
          {column.detail === null ? (
            <p class="note">No record</p>
          ) : isMarked && first !== undefined && first.detail !== null ? (
            <Difference
              place={place}
              before={members[0]}
              after={own}
              titles={[inSentence(first.title), inSentence(column.title)]}
            />
          ) : own === undefined ? (
            <p class="note">Nothing</p>
          ) : (
            <MemberView place={place} member={own} />
          )}
        </div>
      ))}
    </div>
  );
};

export const ColumnTitle = ({ column: { title, detail } }: { readonly column: Column }) => (
  <h4 class="column">
    {title}
    {detail === null ? null : (
      <small>
        <SafeText>{`record ${idText(detail.id)}`}</SafeText>
      </small>
    )}
  </h4>
);
