import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The order of the projects. The last ones have many short files, so that all workers end at the same time. */
const projects = ["mirror", "demo", "client", "fixtures"];

/** The files that take longest, in this order. The size of a file says little about its time. */
const longest = [
  "mirror/test/Crash.test.ts",
  "mirror/test/commands/Mirror.test.ts",
  "mirror/test/run/MirrorRun.test.ts",
  "mirror/test/run/Endurance.test.ts",
  "demo/test/web/Page.test.ts",
  "demo/test/commands/LargeRecord.test.ts",
  "demo/test/commands/Export.test.ts",
  "demo/test/commands/Terminal.test.ts",
  "demo/test/web/Drawer.test.ts",
  "demo/test/one-rule/Body.test.ts",
  "client/test/HostileServers.test.ts",
  "client/test/ScorecardClient.test.ts",
  "fixtures/test/ContractLaws.test.ts",
  "fixtures/test/LawsCommand.test.ts",
  "fixtures/test/Presets.test.ts",
];

const placeIn = (list: ReadonlyArray<string>, isIt: (item: string) => boolean): number => {
  const place = list.findIndex(isIt);
  return place === -1 ? list.length : place;
};

/** The longest files first, project by project: the files of a project share the modules of their workers. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const places = new Map(
      files.map((file) => [
        file,
        [
          placeIn(projects, (project) => file.project.name.endsWith(`/${project}`)),
          placeIn(longest, (path) => file.moduleId.endsWith(`/${path}`)),
        ] as const,
      ]),
    );
    // A method of the sequencer, not of an array.
    // oxlint-disable-next-line unicorn/no-array-sort
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => {
      const [projectA = 0, placeA = 0] = places.get(a) ?? [];
      const [projectB = 0, placeB = 0] = places.get(b) ?? [];
      return projectA - projectB || placeA - placeB;
    });
  }
}

/** One run for all tests: each package, app and example is a project. `scripts/test.ts` starts it. */
export default defineConfig({
  test: {
    projects: ["{packages,apps,examples}/*"],
    sequence: { sequencer: LongestFirst },
  },
});
