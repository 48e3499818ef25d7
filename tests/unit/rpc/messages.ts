/** Messages of the contract for tests: bytes and back through the definitions that the server itself uses. */
import type { PackageDefinition } from "@grpc/proto-loader";
import { contract } from "../../../proto/load.js";

interface MessageDefinition {
  serialize(value: object): Buffer;
  deserialize(bytes: Buffer): Record<string, unknown>;
  readonly type: object;
}

export function message(type: string, definitions: PackageDefinition = contract()): MessageDefinition {
  const definition = definitions[type];
  if (definition === undefined || !("serialize" in definition)) throw new Error(`no message ${type}`);
  return definition as unknown as MessageDefinition;
}

/** What the other side sees. */
export function overTheWire(type: string, value: object): Record<string, unknown> {
  const definition = message(type);
  return definition.deserialize(definition.serialize(value));
}

/** The fields of a message in the contract, in camelCase. */
export function fieldNames(type: string): string[] {
  const { field } = message(type).type as { readonly field: readonly { readonly name: string }[] };
  return field.map(({ name }) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}
