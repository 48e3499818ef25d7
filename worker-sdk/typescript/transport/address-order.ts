/**
 * The order in which the addresses of a target are tried: a new one for every connection, so that workers spread
 * over replicas at the start and again when one is lost. grpc-js can shuffle by itself, but its shuffle leaves the
 * first two where they are (1.14.7), and with two replicas all workers would go to the first. Lists of IP addresses
 * only; names are resolved by grpc-js, in the order that the resolver gives.
 */
const IP_LIST = /^(ipv4|ipv6):(?:\/{0,3})(.+)$/;

/** @param random01 0 <= x < 1 */
export function inRandomOrder(target: string, random01: () => number = Math.random): string {
  const [, scheme, list] = IP_LIST.exec(target) ?? [];
  const addresses = list?.split(",") ?? [];
  if (addresses.length < 2) return target;
  for (let last = addresses.length - 1; last > 0; last--) {
    const at = Math.floor(random01() * (last + 1));
    [addresses[last], addresses[at]] = [addresses[at] ?? "", addresses[last] ?? ""];
  }
  return `${scheme}:${addresses.join(",")}`;
}
