/** Says that the record of a link is not there. */
import type { JSX } from "preact";
import { SafeText } from "./SafeText.tsx";

export interface Props {
  readonly id: string;
  readonly runId: string;
  /** Whether the run is being read: the record may arrive. */
  readonly isReading: boolean;
  readonly onClose: () => void;
}

export const MissingRecord = ({ id, runId, isReading, onClose }: Props): JSX.Element => (
  <div class="banner waiting" role="status">
    <p>
      <SafeText>{`Run ${runId}`}</SafeText>
      {isReading ? " has no record " : " holds no record "}
      {id === "" ? "with an empty id" : <SafeText>{`“${id}”`}</SafeText>}
      {isReading ? " yet. It opens when it arrives." : "."}
    </p>
    <button type="button" onClick={onClose}>
      Close
    </button>
  </div>
);
