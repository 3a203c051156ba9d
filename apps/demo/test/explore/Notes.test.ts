import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Notes from "../../src/explore/Notes.ts";

const folder = mkdtempSync(join(tmpdir(), "notes-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (content?: string): string => {
  const file = join(folder, `${(files += 1)}.jsonl`);
  if (content !== undefined) writeFileSync(file, content);
  return file;
};
const open = (file: string, runs: ReadonlyArray<string> = ["135", "136"]) =>
  Effect.provide(Notes.open(file, runs), NodeFileSystem.layer);
const line = (recordId: string, more: object = {}) =>
  JSON.stringify({ runId: "135", recordId, thumb: null, text: "noted", ...more });
const up = { run: 0, recordId: "1", thumb: "up", text: "" } as const;

describe("Notes on records", () => {
  it.effect("are appended to the file, and read from it again", () =>
    Effect.gen(function* () {
      const file = newFile();
      const notes = yield* open(file);
      assert.deepStrictEqual(notes.all(), []);
      yield* notes.change(up);
      yield* notes.change({ run: 1, recordId: "", thumb: null, text: "à\n</script>\u202E" });
      yield* notes.change({ ...up, thumb: "down" });
      const expected = [
        { run: 0, recordId: "1", thumb: "down", text: "" },
        { run: 1, recordId: "", thumb: null, text: "à\n</script>\u202E" },
      ];
      assert.sameDeepMembers([...notes.all()], expected);
      assert.sameDeepMembers([...(yield* open(file)).all()], expected);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      assert.strictEqual(lines.length, 3);
      assert.containsSubset(JSON.parse(lines[0] ?? ""), {
        runId: "135",
        recordId: "1",
        thumb: "up",
      });
    }),
  );

  it.effect("are removed by a change without a thumb and a text", () =>
    Effect.gen(function* () {
      const file = newFile();
      const notes = yield* open(file);
      yield* notes.change(up);
      yield* notes.change({ ...up, thumb: null });
      assert.deepStrictEqual(notes.all(), []);
      assert.deepStrictEqual((yield* open(file)).all(), []);
    }),
  );

  it.effect("of other runs and broken lines stay in the file, and broken lines are reported", () =>
    Effect.gen(function* () {
      const content = [
        line("1"),
        "{ not json",
        line("2", { thumb: "sideways" }),
        line("3", { text: "x".repeat(Notes.maxTextLength + 1) }),
        "",
        line("4", { runId: "999" }),
        '{"runId":"135","recordId":"5","thumb":null,"text":"kept","__proto__":{"thumb":"up"}}',
        "null",
        // Cut short by a crash.
        '{"runId":"135","recordI',
      ].join("\n");
      const file = newFile(content);
      const notes = yield* open(file);
      assert.deepStrictEqual(
        notes.all().map(({ recordId }) => recordId),
        ["1", "5"],
      );
      assert.deepStrictEqual(
        notes.badLines.map((bad) => bad.line),
        [2, 3, 4, 8, 9],
      );
      yield* notes.change(up);
      const after = readFileSync(file, "utf8");
      assert.isTrue(after.startsWith(`${content}\n{"runId":"135","recordId":"1","thumb":"up"`));
      assert.strictEqual((yield* open(file)).badLines.length, 5);
    }),
  );

  it.effect("that are written at once are lines of their own", () =>
    Effect.gen(function* () {
      const file = newFile();
      const notes = yield* open(file);
      const other = yield* open(file);
      yield* Effect.forEach(
        Array.from({ length: 40 }, (_, index) => index),
        (index) =>
          (index % 2 === 0 ? notes : other).change({
            ...up,
            recordId: String(index),
            text: "x".repeat(5000),
          }),
        { concurrency: "unbounded" },
      );
      const again = yield* open(file);
      assert.strictEqual(again.all().length, 40);
      assert.strictEqual(again.badLines.length, 0);
    }),
  );

  it.effect("have bounds", () =>
    Effect.gen(function* () {
      const file = newFile();
      const notes = yield* open(file);
      for (const body of [
        null,
        [],
        "up",
        { ...up, run: 2 },
        { ...up, run: -1 },
        { ...up, run: 0.5 },
        { ...up, thumb: "both" },
        { ...up, text: 1 },
        { ...up, recordId: null },
        { ...up, text: "x".repeat(Notes.maxTextLength + 1) },
      ]) {
        const error = yield* Effect.flip(notes.change(body));
        assert.isTrue(error.isInput);
      }
      assert.deepStrictEqual(notes.all(), []);
      assert.throws(() => readFileSync(file), /ENOENT/);
    }),
  );

  it.effect("fail where their file cannot be read or written", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(open(folder));
      assert.include(error.message, `--notes ${folder} cannot be read`);
      const notes = yield* open(join(folder, "no", "such", "folder"));
      const failure = yield* Effect.flip(notes.change(up));
      assert.isFalse(failure.isInput);
      assert.include(failure.message, "cannot be written");
      const large = newFile("");
      appendFileSync(large, Buffer.alloc(64 * 1024 * 1024 + 1));
      assert.include((yield* Effect.flip(open(large))).message, "larger than 64 MiB");
    }),
  );
});
