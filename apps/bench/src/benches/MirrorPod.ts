/** A runner of the mirror in a pod: how much memory it takes for runs of long records. */
import type { BoundedCounts } from "../harness/BoundedCount.ts";

const memoryMiB = 512;
const runs = 10;
const recordKiB = 300;

export const mirrorPod: BoundedCounts = {
  name: "mirror-pod",
  what: `mirror ${runs} runs of records of ${recordKiB} KiB by a runner that has ${memoryMiB} MiB`,
  measure: async (quick) => {
    const { mirrorInPod } = await import("../ways/MirrorInPod.ts");
    const records = quick ? 20 : 200;
    const { complete, isLimited, peak } = await mirrorInPod({
      memoryMiB,
      runs,
      records,
      recordKiB,
    });
    return [
      { of: "runs", value: runs, unit: "" },
      { of: "runs that are not complete", value: runs - complete, unit: "runs", most: 0 },
      { of: "limited by a cgroup (1) or by itself (0)", value: isLimited ? 1 : 0, unit: "" },
      { of: "peak memory", value: peak, unit: "MiB", most: memoryMiB },
    ];
  },
};
