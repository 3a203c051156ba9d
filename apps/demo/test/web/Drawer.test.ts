/** What the drawer shows of records of many kinds, in the real page. */
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { type RecordWithScores, RecordId, RunId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { launch, open, type Tab } from "../setup/Chromium.ts";
import { type Explorer, type Options, start } from "../setup/TestExplorer.ts";

const browser = await launch();

const folder = mkdtempSync(join(tmpdir(), "drawer-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const template = FakeRun.make({ records: 1 }).record(0);

/** A record without scores, with some of its members. */
const record = (
  id: string,
  members: Partial<Pick<RecordWithScores, "inputs" | "expected" | "outputs" | "scores">>,
  { runId = "135", testcaseId = id }: { runId?: string; testcaseId?: string } = {},
): RecordWithScores => ({
  id: RecordId.make(id),
  runId: RunId.make(runId),
  testcaseId: TestcaseId.make(testcaseId),
  inputs: {},
  expected: {},
  outputs: {},
  scores: [],
  ...members,
});

const scored = (score: Readonly<Record<string, unknown>>): RecordWithScores["scores"] =>
  template.scores.slice(0, 1).map((own) => ({ ...own, score, validationErrors: [] }));

type Use = (
  tab: Tab & Explorer & { readonly drawer: ReturnType<Page["locator"]> },
) => Promise<void>;

/** Opens a record of some runs in the drawer. */
const visit = (
  records: ReadonlyArray<RecordWithScores>,
  opened: { readonly run?: number; readonly id: string; readonly more?: string },
  use: Use,
  options: Partial<Options> = {},
) =>
  Effect.gen(function* () {
    if (browser === undefined) return;
    const explorer = yield* start({ runs: FakeRun.fromRecords(records), ...options });
    const tab = yield* open(browser);
    const id = encodeURIComponent(`${opened.run ?? 0}:${opened.id}`);
    yield* Effect.promise(async () => {
      await tab.page.goto(`${explorer.url}#${opened.more ?? ""}&record=${id}`);
      const drawer = tab.page.getByRole("complementary", { name: "Record in full" });
      await drawer.locator(".role").first().waitFor();
      await use({ ...tab, ...explorer, drawer });
    });
    assert.deepStrictEqual(tab.complaints, []);
  }).pipe(Effect.scoped);

const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const toolChat = [
  { role: "system", content: "You are a support desk. ".repeat(20) },
  {
    role: "user",
    content: [
      { type: "text", text: "Where is my **parcel**?\nאיפה החבילה שלי?" },
      { type: "image_url", image_url: { url: pixel } },
    ],
  },
  {
    role: "assistant",
    content: "",
    model: "large-2",
    tool_calls: [
      { id: "c1", type: "function", function: { name: "track", arguments: '{"order":4711}' } },
    ],
  },
  { role: "tool", tool_call_id: "c1", content: '{"state":"lost in the depot"}' },
  { role: "assistant", content: "It is lost:\n\n1. We look for it.\n2. You get another." },
];

const hostile = [
  "# Title",
  "[click](javascript:globalThis.pwned=1) [data](data:text/html,<script>pwned=1</script>)",
  "[web](https://evil.example/?q=1) [user](https://user:secret@evil.example)",
  "![track](https://evil.example/pixel.png) ![svg](data:image/svg+xml;base64,PHN2Zy8+)",
  `![ok](${pixel})`,
  '<img src=x onerror="globalThis.pwned=1"><svg onload="globalThis.pwned=1"></svg>',
  "<style>*{display:none}</style><iframe src='https://evil.example'></iframe>",
  '<form action="https://evil.example"><input autofocus onfocus="pwned=1"></form>',
  "```html\n<script>globalThis.pwned = 1</script>\n```",
  "\u202Egnp.exe",
].join("\n\n");

const pair = (before: Partial<RecordWithScores>, after: Partial<RecordWithScores>) => [
  record("a1", before, { runId: "A", testcaseId: "T1" }),
  record("b1", after, { runId: "B", testcaseId: "T1" }),
];

const findings = async (page: Page, rules: ReadonlyArray<string> = []) => {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules.length === 0 ? axe : axe.withRules([...rules])).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
};

const expectedNotes = [["1", { thumb: "up", text: "<b>wrong</b>" }], ["2"]];

/** The records that the page exports, with what was noted about them. */
const exportedNotes = async (page: Page): Promise<ReadonlyArray<ReadonlyArray<unknown>>> => {
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "JSON lines" }).click(),
  ]);
  const file = join(folder, "exported.jsonl");
  await download.saveAs(file);
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { id, noted } = JSON.parse(line);
      return noted === undefined ? [id] : [id, noted];
    })
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
};

describe.skipIf(browser === undefined)("The drawer", { timeout: 60_000 }, () => {
  it.live("shows a chat as messages, with its tool calls and results folded", () =>
    visit(
      [
        record("1", {
          inputs: { input: "x" },
          outputs: { completion: "It is lost.", messages: toolChat },
        }),
      ],
      { id: "1" },
      async ({ drawer, page }) => {
        const messages = drawer.locator(".message");
        assert.deepStrictEqual(
          await messages.evaluateAll((all) => all.map(({ className }) => className)),
          [
            "message system",
            "message user",
            "message assistant",
            "message tool",
            "message assistant",
          ],
        );
        // Folded: the system prompt, the call and the result, each with its start in a line.
        assert.strictEqual(await drawer.locator("details[open]").count(), 0);
        const call = drawer.locator(".call summary");
        assert.strictEqual((await call.innerText()).replaceAll("\n", ""), "track(order: 4711)");
        await call.press("Enter");
        await drawer.getByRole("treeitem", { name: "order: 4711" }).waitFor();
        const result = drawer.locator(".result summary");
        assert.match(await result.innerText(), /result\s*track[^]*29 characters/);
        await result.press("Enter");
        await drawer.locator(".result pre", { hasText: "lost in the depot" }).waitFor();
        // Markdown, right-to-left text, a picture, and what stands beside the text.
        assert.strictEqual(await messages.nth(1).locator("strong").innerText(), "parcel");
        assert.strictEqual(await messages.nth(1).locator("img").getAttribute("src"), pixel);
        assert.deepStrictEqual(await messages.nth(4).locator("li").allInnerTexts(), [
          "We look for it.",
          "You get another.",
        ]);
        assert.include(await messages.nth(2).innerText(), "large-2");
        // As it is stored.
        await drawer.getByRole("button", { name: "Raw outputs.messages" }).click();
        assert.strictEqual(await messages.count(), 0);
        await drawer.getByText('"tool_call_id": "c1"').waitFor();
        assert.strictEqual(await page.locator("img").count(), 0);
      },
    ),
  );

  it.live("keeps hostile Markdown, links and pictures inert", () =>
    Effect.gen(function* () {
      const records = [
        record("1", {
          inputs: { question: hostile },
          outputs: {
            response: hostile,
            messages: [
              { role: hostile, content: hostile, [hostile]: hostile },
              {
                role: "user",
                content: [{ type: "image_url", image_url: { url: "https://evil.example" } }],
              },
              {
                role: "assistant",
                tool_calls: [{ function: { name: hostile, arguments: hostile } }],
              },
              { role: "tool", content: hostile },
            ],
            html: { [hostile]: [hostile, { __proto__x: hostile }] },
          },
          scores: scored({ binaryScore: false, reasoning: hostile, [hostile]: hostile }),
        }),
      ];
      const asked: Array<string> = [];
      const check: Use = async ({ drawer, page }) => {
        page.on("request", (request) => asked.push(request.url()));
        for (
          let folded = drawer.locator("details:not([open])");
          (await folded.count()) > 0;
          folded = drawer.locator("details:not([open])")
        ) {
          await folded.first().evaluate((own) => own.setAttribute("open", ""));
        }
        await drawer.locator(".result .source-text").waitFor();
        const links = drawer.getByRole("button", { name: "web", exact: true });
        assert.isAbove(await links.count(), 2);
        await links.first().click();
        // A link asks first, and then leaves without a trace.
        const anchors = drawer.locator("a");
        assert.strictEqual(await anchors.count(), 1);
        assert.strictEqual(await anchors.getAttribute("href"), "https://evil.example/?q=1");
        assert.strictEqual(await anchors.getAttribute("rel"), "noreferrer noopener");
        assert.include(await drawer.locator(".ask").innerText(), "https://evil.example/?q=1");
        const text = await drawer.innerText();
        for (const shown of [
          "javascript:globalThis.pwned=1",
          "https://user:secret@evil.example",
          "https://evil.example/pixel.png",
          "data:image/svg+xml;base64,PHN2Zy8+",
          '<svg onload="globalThis.pwned=1"></svg>',
          "<script>globalThis.pwned = 1</script>",
          "⟨U+202E⟩gnp.exe",
        ]) {
          assert.include(text, shown);
        }
        assert.notInclude(text, "\u202E");
        const sources = await page
          .locator("#root img")
          .evaluateAll((all) => all.map((own) => own.getAttribute("src")));
        assert.deepStrictEqual([...new Set(sources)], [pixel]);
        assert.strictEqual(
          await page
            .locator("#root :is(script, style, iframe, form, object, embed, link, base, meta)")
            .and(page.locator(":not(dialog form)"))
            .count(),
          0,
        );
        assert.strictEqual(await page.evaluate('"pwned" in globalThis'), false);
      };
      const file = join(folder, "hostile.html");
      yield* visit(records, { id: "1" }, async (tab) => {
        const [download] = await Promise.all([
          tab.page.waitForEvent("download"),
          tab.page.getByRole("link", { name: "Save report" }).click(),
        ]);
        await download.saveAs(file);
        await check(tab);
      });
      if (browser === undefined) return;
      const saved = yield* open(browser);
      yield* Effect.promise(async () => {
        await saved.page.goto(`${pathToFileURL(file).href}#record=0:1`);
        const drawer = saved.page.getByRole("complementary");
        await drawer.getByText("Title").first().waitFor();
        await drawer.getByRole("button", { name: "Raw inputs.question" }).click();
        assert.strictEqual(await saved.page.evaluate('"pwned" in globalThis'), false);
      });
      assert.deepStrictEqual(saved.complaints, []);
      assert.deepStrictEqual(
        asked.filter((url) => url.includes("evil")),
        [],
      );
    }).pipe(Effect.scoped),
  );

  it.live("keeps the line breaks of a reasoning, and shows long members of scores whole", () =>
    visit(
      [
        record("1", {
          inputs: { question: "Q1" },
          outputs: { response: "R1" },
          scores: scored({
            binaryScore: false,
            reasoning:
              "Checks:\n- names the city: no\n- polite: yes\n\n    indented code\n| a | b |",
            evidence: `start ${"c ".repeat(4500)}end`,
          }),
        }),
      ],
      { id: "1" },
      async ({ drawer }) => {
        const reasoning = await drawer.locator(".reasoning").innerText();
        assert.deepStrictEqual(
          reasoning.split("\n").filter((line) => line !== ""),
          ["Checks:", "names the city: no", "polite: yes", "indented code", "| a | b |"],
        );
        const evidence = drawer.locator("details", { hasText: "evidence" });
        assert.include(await evidence.locator("summary").innerText(), "9,009 characters");
        await evidence.locator("summary").click();
        await evidence.getByRole("button", { name: "Show all 9,009 characters" }).click();
        await evidence.getByText(/c end$/).waitFor({ state: "attached" });
      },
    ),
  );

  it.live("opens records by the id as it is, and says which member it reads as what", () =>
    Effect.gen(function* () {
      const ids = [
        "",
        " ",
        "a b",
        "a:b",
        "a&b=c#d",
        "é",
        "e\u0301",
        "日本",
        `${"x".repeat(199)}-1`,
        `${"x".repeat(199)}-2`,
        "__proto__",
        "../1",
        "%41",
        "A",
        "a",
      ];
      const records = ids.map((id) =>
        record(id, {
          inputs: { locale: "en", question: `Q${id}` },
          outputs: { response: `R${id}` },
        }),
      );
      yield* visit(records, { id: "" }, async ({ drawer, page, url }) => {
        for (const id of ids) {
          await page.goto(`${url}#record=${encodeURIComponent(`0:${id}`)}`);
          await drawer
            .locator(".member", { hasText: `R${id}` })
            .first()
            .waitFor();
          assert.strictEqual(
            await drawer.getByLabel("Which member is the input").inputValue(),
            "inputs.question",
          );
        }
        // The choice of the reader is part of the link.
        await drawer.getByLabel("Which member is the input").selectOption("inputs.locale");
        assert.include(page.url(), "input=inputs.locale");
        await drawer.getByText("Other inputs").waitFor();
        assert.deepStrictEqual(await drawer.locator("dt").allInnerTexts(), ["question"]);
      });
    }),
  );

  it.live("compares every member of outputs, and says the same only where all is", () =>
    Effect.gen(function* () {
      const inputs = { locale: "en", question: "May I return it?" };
      yield* visit(
        pair(
          { inputs, outputs: { intent: "refund", response: "Yes, within 30 days." } },
          { inputs, outputs: { intent: "refund", response: "No, never." } },
        ),
        { run: 1, id: "b1" },
        async ({ drawer, page }) => {
          assert.strictEqual(
            await drawer.locator(".changed").innerText(),
            "1 member of 4 differs: outputs.response",
          );
          await page.keyboard.press("d");
          assert.deepStrictEqual(await drawer.locator(".difference del").allInnerTexts(), [
            "Yes",
            "within 30 days",
          ]);
          await drawer.getByText("1 member the same: intent").waitFor();
          await page.keyboard.press("d");
          await drawer.locator(".side", { hasText: "Yes, within 30 days." }).waitFor();
        },
      );
      yield* visit(
        pair(
          { inputs, outputs: { data: { a: 1, b: { c: 2 } } } },
          { inputs, outputs: { data: { b: { c: 2 }, a: 1 } } },
        ),
        { run: 1, id: "b1" },
        async ({ drawer }) => {
          assert.strictEqual(
            await drawer.locator(".changed").innerText(),
            "All 3 members the same",
          );
        },
      );
    }),
  );

  it.live("compares chats message by message, and JSON by structure", () =>
    visit(
      pair(
        {
          inputs: { question: "Qa1" },
          outputs: {
            messages: [
              { role: "user", content: "Hi" },
              { role: "assistant", content: "Yes, within 30 days." },
            ],
            data: { kept: 1, changed: [1, 2, 3], gone: true },
          },
        },
        {
          inputs: { question: "Qb1" },
          outputs: {
            messages: [
              { role: "user", content: "Hi" },
              { role: "assistant", content: "No, never." },
            ],
            data: { kept: 1, changed: [1, 3], new: "x" },
          },
        },
      ),
      { run: 1, id: "b1" },
      async ({ drawer, page }) => {
        assert.strictEqual(
          await drawer.locator(".changed").innerText(),
          "3 members of 3 differ: inputs.question, outputs.messages, outputs.data",
        );
        await page.keyboard.press("d");
        await drawer.getByText("1 message the same").waitFor();
        const chat = drawer.locator(".message.assistant .difference");
        assert.strictEqual(await chat.locator("del").first().innerText(), "Yes");
        const changes = drawer.locator(".changes");
        assert.deepStrictEqual(await changes.locator("del").allInnerTexts(), [
          "1: 2",
          "gone: true",
        ]);
        assert.deepStrictEqual(await changes.locator("ins").allInnerTexts(), ["new: x"]);
        await page.keyboard.press("d");
      },
    ),
  );

  it.live("shows all trials of a testcase with their spread, and any of them", () =>
    visit(
      [0.2, 0.4, 0.9].map((value, trial) =>
        record(
          `r${trial}`,
          {
            inputs: { question: "Q" },
            outputs: { response: `Answer ${trial}` },
            scores: scored({ value }),
          },
          { testcaseId: "T" },
        ),
      ),
      { id: "r1" },
      async ({ drawer, page }) => {
        const trials = drawer.getByRole("group", { name: "Trials" });
        assert.include(await trials.innerText(), "3 trials");
        assert.include(
          (await trials.innerText()).replaceAll(/\s+/g, " "),
          "0.5 0.2 to 0.9, SD 0.361",
        );
        const pressed = trials.locator("[aria-pressed=true]");
        assert.strictEqual(await pressed.innerText(), "2");
        await page.keyboard.press("]");
        await drawer.locator(".member", { hasText: "Answer 2" }).waitFor();
        await drawer.getByRole("button", { name: "Show trial 1" }).click();
        await drawer.locator(".member", { hasText: "Answer 0" }).waitFor();
        await drawer.getByRole("button", { name: "Compare the 3 trials" }).click();
        await drawer
          .getByRole("heading", { name: /^Trial 3/ })
          .first()
          .waitFor();
        assert.deepStrictEqual(await drawer.locator(".side .member pre").allInnerTexts(), [
          "Answer 0",
          "Answer 1",
          "Answer 2",
        ]);
        await page.keyboard.press("d");
        assert.deepStrictEqual(await drawer.locator(".difference ins").allInnerTexts(), ["1", "2"]);
        await page.keyboard.press("d");
      },
    ),
  );

  it.live("has only pieces of a large text in the document", () =>
    visit(
      [
        record("1", {
          inputs: { question: "Q" },
          outputs: {
            response: `${"A line of a long log that goes on and on.\n".repeat(25_000)}THE END`,
          },
        }),
      ],
      { id: "1" },
      async ({ drawer }) => {
        await drawer
          .getByRole("button", { name: "Render 1,050,007 characters" })
          .waitFor({ state: "detached" });
        assert.isBelow((await drawer.innerText()).length, 10_000);
        await drawer.getByRole("button", { name: "Show all 1,050,007 characters" }).click();
        const chunks = drawer.locator(".chunks");
        await chunks.getByText("A line of").first().waitFor();
        assert.isAbove(await chunks.locator("> div").count(), 100);
        assert.isBelow((await chunks.innerText()).length, 100_000);
        await chunks.evaluate((box) => {
          box.scrollTop = box.scrollHeight;
        });
        await chunks.getByText("THE END").waitFor();
        assert.isBelow((await chunks.innerText()).length, 200_000);
      },
    ),
  );

  it.live("copies a text, the record and its link", () =>
    visit(
      [record("a:b", { inputs: { question: "Q" }, outputs: { response: "**R**" } })],
      { id: "a:b" },
      async ({ drawer, page, url }) => {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"], {
          origin: new URL(url).origin,
        });
        const copied = async (name: string): Promise<string> => {
          const button = drawer.getByRole("button", { name, exact: true });
          await button.click();
          await button.getByText("Copied").waitFor();
          return page.evaluate<string>("navigator.clipboard.readText()");
        };
        assert.strictEqual(await copied("Copy outputs.response"), "**R**");
        assert.deepStrictEqual(JSON.parse(await copied("Copy the record as JSON")), {
          id: "a:b",
          testcaseId: "a:b",
          inputs: { question: "Q" },
          expected: {},
          outputs: { response: "**R**" },
          scores: [],
        });
        assert.strictEqual(await copied("Copy a link to this record"), page.url());
      },
    ),
  );

  it.live("keeps notes and thumbs in the file, and in a saved report", () =>
    Effect.gen(function* () {
      const notes = join(folder, "notes.jsonl");
      const report = join(folder, "noted.html");
      const records = ["1", "2"].map((id) =>
        record(id, { inputs: { question: `Q${id}` }, outputs: { response: "R" } }),
      );
      yield* visit(
        records,
        { id: "1" },
        async ({ drawer, page }) => {
          await page.keyboard.press("+");
          await drawer.locator(".thumb.up[aria-pressed=true]").waitFor();
          await page.keyboard.press("n");
          await page.keyboard.type("<b>wrong</b>");
          await page.keyboard.press("Escape");
          await page.locator(".line .note-mark [aria-label='Has a note']").waitFor();
          // Without a metric, the columns are side by side too.
          const [id, text] = await Promise.all(
            ["id", "text"].map((name) => page.locator(`#item-0 .${name}`).boundingBox()),
          );
          assert.isAbove(text?.x ?? 0, (id?.x ?? 0) + 50);
          await page.getByText("Notes 1").waitFor();
          await page.keyboard.press("j");
          await drawer.getByRole("heading", { name: "Record 2" }).waitFor();
          await page.getByRole("button", { name: "Notes 1" }).click();
          await page.locator(".notes button").click();
          await drawer.getByRole("heading", { name: "Record 1" }).waitFor();
          assert.strictEqual(await drawer.getByRole("textbox").inputValue(), "<b>wrong</b>");
          assert.deepStrictEqual(await exportedNotes(page), expectedNotes);
          const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.getByRole("link", { name: "Save report" }).click(),
          ]);
          await download.saveAs(report);
        },
        { notes },
      );
      const lines = readFileSync(notes, "utf8").trimEnd().split("\n");
      assert.containsSubset(JSON.parse(lines.at(-1) ?? ""), {
        runId: "135",
        recordId: "1",
        thumb: "up",
        text: "<b>wrong</b>",
      });
      if (browser === undefined) return;
      const { page, complaints } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(`${pathToFileURL(report).href}#record=0:1`);
        const noted = page.getByRole("complementary").locator(".noted");
        await noted.getByText("<b>wrong</b>").waitFor();
        await noted.getByLabel("Thumb up").waitFor();
        assert.strictEqual(await noted.locator("button, textarea").count(), 0);
        assert.deepStrictEqual(await exportedNotes(page), expectedNotes);
      });
      assert.deepStrictEqual(complaints, []);
    }).pipe(Effect.scoped),
  );

  it.live("lists the keys, and gives the focus back", () =>
    visit(
      [record("1", { inputs: { question: "Q" }, outputs: { response: "R" } })],
      { id: "1" },
      async ({ drawer, page }) => {
        await page.locator("h2:focus").waitFor();
        await page.keyboard.press("?");
        const dialog = page.getByRole("dialog", { name: "Keys" });
        await dialog.getByText("Side by side, or the difference").waitFor();
        // Its keys are its own.
        await page.keyboard.press("j");
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "hidden" });
        await page.locator(".drawer h2:focus").waitFor();
        await drawer.getByRole("heading", { name: "Record 1" }).waitFor();
      },
    ),
  );

  it.live("has no finding of axe in any of its forms, and fits a phone", () =>
    Effect.gen(function* () {
      const outputs = {
        response: "**R** [web](https://a.example)\n\n| a |\n| - |\n| `1` |\n\n> q\n\n- x",
        messages: toolChat,
        data: { a: [1, "x", null, true] },
        long: "word ".repeat(1000),
      };
      const scores = scored({ value: 0.5, reasoning: "- because" });
      const records = ["A", "B"].flatMap((runId) =>
        [1, 2].map((n) =>
          record(
            `${runId}${n}`,
            {
              inputs: { question: "Q" },
              expected: { ideal: "I" },
              outputs: { ...outputs, runId, n },
              scores,
            },
            { runId, testcaseId: "T" },
          ),
        ),
      );
      yield* visit(
        records,
        { run: 1, id: "B1" },
        async ({ drawer, page }) => {
          await drawer.locator("summary").first().click();
          await drawer.getByRole("button", { name: "web" }).first().click();
          assert.deepStrictEqual(await findings(page), []);
          await page.keyboard.press("d");
          await page.emulateMedia({ colorScheme: "dark" });
          // Only colours differ.
          assert.deepStrictEqual(await findings(page, ["color-contrast"]), []);
          await page.keyboard.press("d");
          for (const [width, height] of [
            [800, 600],
            [390, 844],
          ] as const) {
            await page.setViewportSize({ width, height });
            const box = await drawer.boundingBox();
            assert.strictEqual(box?.width, width);
            assert.isBelow((await page.locator(".top").boundingBox())?.height ?? 99, 50);
            // Nothing is wider than the window.
            assert.isAtMost(
              await page.evaluate<number>("document.documentElement.scrollWidth"),
              width,
            );
            assert.isAtMost(
              await drawer.locator(".content").evaluate((own) => own.scrollWidth - own.clientWidth),
              0,
            );
          }
          assert.strictEqual((await drawer.boundingBox())?.height, 844);
        },
        { notes: join(folder, "axe.jsonl") },
      );
    }),
  );
});
