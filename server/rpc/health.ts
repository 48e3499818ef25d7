/**
 * grpc.health.v1: whether this replica takes calls, for the server as a whole (the empty name) and for each
 * service. Says what it is told to; who decides is the life cycle of the process.
 */
import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

export interface Health {
  register(server: Server): void;
  /** @param service one of the names given, or absent for all of them */
  setServing(service?: string): void;
  setNotServing(service?: string): void;
}

/** @param services full names; the empty name is added. All start as NOT_SERVING. */
export function createHealth(services: readonly string[]): Health {
  const names = ["", ...services];
  const implementation = new HealthImplementation(
    Object.fromEntries(names.map((name) => [name, "NOT_SERVING" as const])),
  );
  const set = (status: "SERVING" | "NOT_SERVING", service: string | undefined): void => {
    for (const name of service === undefined ? names : [service]) implementation.setStatus(name, status);
  };
  return {
    register: (server) => implementation.addToServer(server),
    setServing: (service) => set("SERVING", service),
    setNotServing: (service) => set("NOT_SERVING", service),
  };
}
