import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { EXEC_V1, PluginFolder, pluginAnswer, pluginProvider, secrets } from "../../../test/kit/plugin-folder.ts";
import { systemClock } from "../system/clock.ts";
import { credentialPlugins } from "./plugins.ts";

const folder = new PluginFolder();
afterAll(() => folder.remove());

const TIMEOUT_MS = 1_500;
const clock = systemClock();
const kill = (pid: number, signal: "SIGKILL"): void => void process.kill(pid, signal);
const never = new AbortController().signal;
const right = pluginAnswer({ "r.io": ["robot", "s3cret-pw"] });

interface Run {
  readonly provider?: Partial<CredentialProvider>;
  readonly environment?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

function ask(name: string, run: Run = {}) {
  const environment = { PATH: process.env["PATH"], ...run.environment };
  const plugins = credentialPlugins({
    binDir: folder.path,
    environment,
    clock,
    kill,
    timeoutMs: run.timeoutMs ?? 20_000,
  });
  return plugins.ask(pluginProvider(name, run.provider), "r.io/team/app", run.signal ?? never);
}

/** Runs a script under a name of its own and gives what came of it. */
function askScript(script: string, run?: Run) {
  const name = `plugin-${Math.random().toString(36).slice(2)}`;
  folder.write(name, script);
  return ask(name, run);
}

/** Until the process is gone or a zombie that nobody else can end. */
async function isGone(pid: number): Promise<boolean> {
  for (let look = 0; look < 200; look++) {
    try {
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await clock.sleep(25);
  }
  return false;
}

async function pidIn(file: string): Promise<number> {
  for (let look = 0; look < 200 && !(existsSync(file) && readFileSync(file, "utf8").endsWith("\n")); look++)
    await clock.sleep(25);
  return Number(readFileSync(file, "utf8"));
}

describe("a plugin that works", () => {
  it("is asked as the kubelet asks it: request, arguments, environment", async () => {
    const seen = folder.file("seen");
    const answer = await askScript(`{ cat; echo "$#:$1:$2:$INHERITED:$OWN:$BOTH"; } > ${seen}; echo '${right}'`, {
      environment: { INHERITED: "from-node", BOTH: "from-node" },
      provider: {
        args: secrets("get", "a b"),
        env: [
          { name: "OWN", value: new SecretText("first") },
          { name: "OWN", value: new SecretText("own") },
          { name: "BOTH", value: new SecretText("own") },
        ],
      },
    });
    expect(readFileSync(seen, "utf8")).toBe(
      `{"kind":"CredentialProviderRequest","apiVersion":"${EXEC_V1}","image":"r.io/team/app"}\n2:get:a b:from-node:own:own\n`,
    );
    expect(answer).toMatchObject({
      ok: true,
      value: { cacheKeyType: "Registry", entries: [{ key: "r.io", credential: { username: "robot" } }] },
    });
    expect(answer.ok && answer.value.entries[0]?.credential.password.reveal()).toBe("s3cret-pw");
  });

  it("need not read its request, may talk on standard error and may take its time", async () => {
    expect(await askScript(`exec <&-; echo noise >&2; sleep 0.2; echo '${right}'`)).toMatchObject({ ok: true });
  });

  it("may answer in many pieces", async () => {
    const [start = "", end = ""] = pluginAnswer({ "r.io": ["robot", "PASSWORD"] }).split("PASSWORD");
    const answer = await askScript(
      `printf '%s' '${start}'; head -c 500000 /dev/zero | tr '\\0' x; printf '%s' '${end}'`,
    );
    expect(answer.ok && answer.value.entries[0]?.credential.password.reveal()).toHaveLength(500_000);
  });

  it("may leave a child behind that does not hold its output", async () => {
    const answer = await askScript(`sleep 5 >/dev/null 2>&1 </dev/null & echo '${right}'`);
    expect(answer.ok).toBe(true);
  });
});

describe("a plugin that fails says why, and gives no credentials", () => {
  it.each([
    ["exit 1", "exit 1", "it exited with code 1; it said nothing"],
    ["exit 1 after an answer", `echo '${right}'; exit 1`, "it exited with code 1; it said nothing"],
    [
      "exit 3 with words",
      "echo no session >&2; echo try login >&2; exit 3",
      "it exited with code 3; it said: no session try login",
    ],
    ["crash", "echo panic: nil >&2; kill -SEGV $$", "it was ended by SIGSEGV; it said: panic: nil"],
    ["nothing", "exit 0", "it answered nothing; it said nothing"],
    ["garbage", "echo '<html>s3cret-pw</html>'", "its answer is not JSON; it said nothing"],
    ["a log line before", `echo hello; echo '${right}'`, "its answer is not JSON; it said nothing"],
    [
      "other version",
      `echo '${right.replace("/v1", "/v1beta1")}'`,
      `its apiVersion is credentialprovider.kubelet.k8s.io/v1beta1 where ${EXEC_V1} was asked`,
    ],
    ["other kind", `echo '${right.replace("Response", "Request")}'`, "its kind is not CredentialProviderResponse"],
    ["unknown field", `echo '${right.replace("{", '{"token":"s3cret-pw",')}'`, '"token" is an unknown field'],
    ["field twice", `echo '${right.replace("{", '{"kind":"x",')}'`, 'has "kind" twice'],
    [
      "bad cacheKeyType",
      `echo '${right.replace("Registry", "Repository")}'`,
      "its cacheKeyType is none of Image, Registry, Global",
    ],
  ])("%s", async (_name, script, why) => {
    const answer = await askScript(script);
    expect(answer).toEqual({ ok: false, error: expect.stringContaining(why) as string });
    expect(JSON.stringify(answer)).not.toContain("s3cret-pw");
  });

  it("is not there, may not be run, or names an interpreter that is not there", async () => {
    folder.write("plain", "exit 0", 0o644);
    expect(await ask("absent")).toEqual({ ok: false, error: expect.stringContaining("does not exist") as string });
    expect(await ask("plain")).toEqual({ ok: false, error: expect.stringContaining("may not be executed") as string });
    expect(await ask("plain/x")).toEqual({ ok: false, error: expect.stringContaining("does not exist") as string });
    expect(await ask("plain", { provider: { args: secrets("a\0b") } })).toEqual({
      ok: false,
      error: expect.stringContaining("cannot be run") as string,
    });
  });
});

describe("a plugin that does not end", () => {
  it("is killed at its timeout with its children, also one that holds standard output", async () => {
    const pids = [folder.file("parent.pid"), folder.file("child.pid")] as const;
    const script = `echo $$ > ${pids[0]}; sleep 300 & echo $! > ${pids[1]}; echo waiting >&2; wait`;
    const answer = await askScript(script, { timeoutMs: TIMEOUT_MS });
    expect(answer).toEqual({ ok: false, error: "it did not end within 1.5 s, and was killed; it said: waiting" });
    for (const file of pids) expect(await isGone(await pidIn(file))).toBe(true);
  });

  it("counts as not ended while a child holds its output, as for the kubelet", async () => {
    const pid = folder.file("holder.pid");
    const answer = await askScript(`sleep 300 & echo $! > ${pid}; echo '${right}'`, { timeoutMs: TIMEOUT_MS });
    expect(answer).toEqual({ ok: false, error: "it did not end within 1.5 s, and was killed; it said nothing" });
    expect(await isGone(await pidIn(pid))).toBe(true);
  });

  it("is killed when the run stops", async () => {
    const pid = folder.file("stopped.pid");
    const stop = new AbortController();
    const answer = askScript(`echo $$ > ${pid}; sleep 300`, { signal: stop.signal });
    const leader = await pidIn(pid);
    stop.abort();
    expect(await answer).toEqual({ ok: false, error: "it was stopped" });
    expect(await isGone(leader)).toBe(true);
  });

  it("is not started when the run has stopped", async () => {
    expect(await ask("absent", { signal: AbortSignal.abort() })).toEqual({ ok: false, error: "it was stopped" });
  });

  it.each([
    ["10 MiB", "head -c 10485760 /dev/zero"],
    ["without end", "exec yes s3cret-pw"],
    ["without end, from a child that ignores the end of its parent", "yes s3cret-pw & sleep 300"],
  ])("is killed when it prints too much: %s", async (_name, script) => {
    const answer = await askScript(script);
    expect(answer).toEqual({ ok: false, error: "it printed more than 1024 KiB, and was killed; it said nothing" });
  });

  it("may print on standard error without end, of which only the ends are kept", async () => {
    const answer = await askScript(`echo first >&2; head -c 3000000 /dev/zero | tr '\\0' x >&2; echo last >&2; exit 1`);
    expect(answer.ok ? "" : answer.error).toMatch(/^it exited with code 1; it said: first x{594} … x{396}last$/);
  });
});

describe("what a plugin says", () => {
  it("is shown without secrets that are known", async () => {
    const answer = await askScript(
      'echo "token=$MY_TOKEN id=$CLIENT_ID aws=$AWS_SECRET_ACCESS_KEY arg=$2 opt=$1 cmd=$3 pw=answered-pw region=$REGION" >&2; ' +
        `echo '{"auth":{"r.io":{"username":"u","password":"answered-pw"'; exit 1`,
      {
        environment: { AWS_SECRET_ACCESS_KEY: "inherited-secret", REGION: "eu-central-1" },
        provider: {
          args: secrets("--password=opt-secret", "plain-word", "get"),
          env: [
            { name: "MY_TOKEN", value: new SecretText("config-secret") },
            { name: "CLIENT_ID", value: new SecretText("config-client") },
          ],
        },
      },
    );
    expect(answer).toEqual({
      ok: false,
      error:
        "it exited with code 1; it said: token=*** id=*** aws=*** arg=*** opt=--password=*** cmd=get pw=*** region=eu-central-1",
    });
  });
});
