/**
 * The contract's file descriptors, byte for byte as the compiler wrote them, found by file name or symbol. The
 * bytes matter: descriptors that are parsed and written again by protobufjs lose what it does not know (the mark
 * of optional fields) and those that proto-loader makes up lack their imports, so that stock clients refuse them.
 * Called by reflection.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { PROTO_ROOT } from "../../proto/load.js";

export interface DescriptorIndex {
  /** Full names of all services, in order of files. */
  readonly services: readonly string[];
  /** The file and everything it imports, the file first; null when there is no such file. */
  withImports(fileName: string): readonly Buffer[] | null;
  /** The name of the file that declares a service, method, message, field, enum or enum value. */
  fileOf(symbol: string): string | null;
}

interface Named {
  readonly name?: string;
}

interface MessageShape extends Named {
  readonly field?: readonly Named[];
  readonly oneofDecl?: readonly Named[];
  readonly nestedType?: readonly MessageShape[];
  readonly enumType?: readonly EnumShape[];
}

interface EnumShape extends Named {
  readonly value?: readonly Named[];
}

interface FileShape extends Named {
  readonly package?: string;
  readonly dependency?: readonly string[];
  readonly messageType?: readonly MessageShape[];
  readonly enumType?: readonly EnumShape[];
  readonly service?: readonly (Named & { readonly method?: readonly Named[] })[];
}

/** The contract's descriptors, from the file that `npm run proto:gen` writes. */
export function contractDescriptors(): Buffer[] {
  return splitDescriptorSet(readFileSync(join(PROTO_ROOT, "gen/descriptors.binpb")));
}

/** @param files serialized FileDescriptorProtos; a name that comes twice counts once */
export function indexDescriptors(files: readonly Buffer[]): DescriptorIndex {
  const decode = fileDecoder();
  const bytesOf = new Map<string, Buffer>();
  const importsOf = new Map<string, readonly string[]>();
  const symbols = new Map<string, string>();
  const services: string[] = [];
  for (const bytes of files) {
    const file = decode(bytes);
    const name = file.name ?? "";
    if (bytesOf.has(name)) continue;
    bytesOf.set(name, bytes);
    importsOf.set(name, file.dependency ?? []);
    for (const symbol of symbolsOf(file)) symbols.set(symbol, name);
    services.push(...(file.service ?? []).map((service) => scoped(file.package ?? "", service)));
  }
  return {
    services,
    fileOf: (symbol) => symbols.get(symbol.replace(/^\./, "")) ?? null,
    withImports: (fileName) => {
      if (!bytesOf.has(fileName)) return null;
      const names = new Set([fileName]);
      // A set gives what is added while it is walked through, so this reaches imports of imports.
      for (const name of names) for (const imported of importsOf.get(name) ?? []) names.add(imported);
      return [...names].map((name) => bytesOf.get(name)).filter((bytes) => bytes !== undefined);
    },
  };
}

function* symbolsOf(file: FileShape): Generator<string> {
  const at = file.package ?? "";
  for (const message of file.messageType ?? []) yield* messageSymbols(at, message);
  for (const declared of file.enumType ?? []) yield* enumSymbols(at, declared);
  for (const service of file.service ?? []) {
    const name = scoped(at, service);
    yield name;
    for (const method of service.method ?? []) yield scoped(name, method);
  }
}

function* messageSymbols(at: string, message: MessageShape): Generator<string> {
  const name = scoped(at, message);
  yield name;
  for (const member of [...(message.field ?? []), ...(message.oneofDecl ?? [])]) yield scoped(name, member);
  for (const nested of message.nestedType ?? []) yield* messageSymbols(name, nested);
  for (const declared of message.enumType ?? []) yield* enumSymbols(name, declared);
}

/** The values of an enum are named beside it, not inside it. */
function* enumSymbols(at: string, declared: EnumShape): Generator<string> {
  yield scoped(at, declared);
  for (const value of declared.value ?? []) yield scoped(at, value);
}

function scoped(at: string, { name = "" }: Named): string {
  return at === "" ? name : `${at}.${name}`;
}

/** A FileDescriptorSet is only its field 1, repeated: tag 0x0a, a varint length, the file. */
function splitDescriptorSet(set: Buffer): Buffer[] {
  const files: Buffer[] = [];
  for (let at = 0; at < set.length;) {
    if (set[at] !== 0x0a)
      throw new Error(`descriptor set: expected field 1 at byte ${at}, got tag ${set[at]}`);
    let length = 0;
    let shift = 0;
    let byte: number;
    at += 1;
    do {
      byte = set.readUInt8(at++);
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    files.push(set.subarray(at, at + length));
    at += length;
  }
  return files;
}

function fileDecoder(): (bytes: Buffer) => FileShape {
  const definition: PackageDefinition = loadSync("google/protobuf/descriptor.proto");
  const file = definition["google.protobuf.FileDescriptorProto"];
  if (file === undefined || !("deserialize" in file) || typeof file.deserialize !== "function") {
    throw new Error("proto-loader brings no google.protobuf.FileDescriptorProto");
  }
  const { deserialize } = file;
  return deserialize;
}
