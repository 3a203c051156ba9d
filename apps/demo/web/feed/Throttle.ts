/** Passes on the latest value, at most once every `pauseMillis`. */
export const throttle = <A>(
  pauseMillis: number,
  take: (value: A) => void,
): ((value: A) => void) => {
  let latest: { readonly value: A } | undefined;
  let isPausing = false;
  const passOn = (): void => {
    isPausing = latest !== undefined;
    if (latest === undefined) return;
    take(latest.value);
    latest = undefined;
    setTimeout(passOn, pauseMillis);
  };
  return (value) => {
    latest = { value };
    if (!isPausing) passOn();
  };
};
