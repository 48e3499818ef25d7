/**
 * Random acyclic graphs for the property tests of core: for each position the positions it depends on, all
 * smaller. Shrinks to few nodes and few edges.
 */
import fc from "fast-check";

export function arbitraryGraph(nodesMax: number, parentsMax = 4): fc.Arbitrary<number[][]> {
  return fc
    .array(fc.array(fc.nat(1000), { maxLength: parentsMax }), { minLength: 1, maxLength: nodesMax })
    .map((nodes) =>
      nodes.map((parents, position) =>
        position === 0 ? [] : [...new Set(parents.map((parent) => parent % position))],
      ),
    );
}
