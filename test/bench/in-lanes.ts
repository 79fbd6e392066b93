/** Setting up is not measured: some at once. */

const LANES = 64;

/** @returns what each gave, by index */
export async function inLanes<Result>(
  count: number,
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
