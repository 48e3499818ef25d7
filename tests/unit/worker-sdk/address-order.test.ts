/** Every connection of a worker tries the addresses in a new order, so that workers spread over replicas. */
import { expect } from "chai";
import { inRandomOrder } from "../../../worker-sdk/typescript/transport/address-order.js";

describe("the order of addresses", () => {
  it("puts each address first about equally often, also of two", () => {
    for (const addresses of [
      ["10.0.0.1:1", "10.0.0.2:2"],
      ["10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3"],
    ]) {
      const firsts = new Map(addresses.map((address) => [address, 0]));
      for (let time = 0; time < 3_000; time++) {
        const order = inRandomOrder(`ipv4:${addresses.join(",")}`)
          .slice("ipv4:".length)
          .split(",");
        expect(order).to.have.members(addresses);
        const first = order[0] ?? "";
        firsts.set(first, (firsts.get(first) ?? 0) + 1);
      }
      // 3,000 fair throws miss these bounds less than once in a billion runs.
      for (const times of firsts.values()) expect(times / (3_000 / addresses.length)).to.be.within(0.8, 1.2);
    }
  });

  it("leaves everything else as it is", () => {
    for (const target of ["127.0.0.1:7878", "dns:///a.example:1", "ipv4:10.0.0.1:1", "unix:/run/m", ""]) {
      expect(inRandomOrder(target)).to.equal(target);
    }
    expect(inRandomOrder("ipv6:[::1]:1,[::2]:2", () => 0)).to.equal("ipv6:[::2]:2,[::1]:1");
  });
});
