import { array, assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretText } from "../credentials/secret-text.ts";
import { redactText } from "./redact.ts";

const secret = (text: string) => new SecretText(text);
const password = "p@ss/wo rd+%1é";

describe("redactText with known secrets", () => {
  it.each([
    ["as it is", `login with ${password} failed`, "login with *** failed"],
    ["percent-encoded", `https://h/v2/?p=${encodeURIComponent(password)}&n=1`, "https://h/v2/?p=***&n=1"],
    [
      "as a form field",
      `grant_type=x&p=${new URLSearchParams({ p: password }).toString().slice(2)}`,
      "grant_type=x&p=***",
    ],
    ["quoted as JSON", JSON.stringify({ why: 'a"b\\c' }), '{"why":"***"}', 'a"b\\c'],
    ["twice", `${password}${password}`, "******"],
  ])("masks one %s", (_, text, expected, given = password) => {
    expect(redactText(text, [secret(given)])).toBe(expected);
  });

  it.each(["", "u:", "user:", "robot$a:"])("masks base64 of %j and the password", (prefix) => {
    const encoded = Buffer.from(`${prefix}${password}`).toString("base64");
    expect(redactText(`auth is ${encoded}, really`, [secret(password)])).toBe("auth is ***, really");
  });

  it("leaves texts alone that hold no secret", () => {
    const text =
      'failed to pull "registry.example.com/a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"';
    expect(redactText(text, [secret(password), secret("hunter22")])).toBe(text);
  });

  it("leaves words alone that are too short to be a secret", () => {
    expect(redactText("abc abc", [secret("abc"), secret("")])).toBe("abc abc");
  });

  it("masks the longer of two secrets that begin alike", () => {
    expect(redactText("x swordfish-2 y", [secret("sword"), secret("swordfish-2")])).toBe("x *** y");
  });
});

describe("redactText without known secrets", () => {
  it.each([
    ["Get https://user:pa:ss@host:5000/v2/: EOF", "Get https://***@host:5000/v2/: EOF"],
    ["Get https://token@host/v2/", "Get https://***@host/v2/"],
    ["Get https://u:p@ss@host/v2/", "Get https://***@host/v2/"],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"],
    ["authorization=Bearer abc.def: 401", "authorization=Bearer *** 401"],
    ['Authorization: Digest username="u", response="r"', "Authorization: Digest ***"],
    ['{"Authorization":["Basic dXNlcjpwYXNz"]}', '{"Authorization":["Basic ***"]}'],
    ["sent Bearer abcdefghijklmnop0123456789", "sent Bearer ***"],
    [
      "https://s3/x?X-Amz-Date=1&X-Amz-Signature=0af&X-Amz-Credential=AK%2F1",
      "https://s3/x?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Credential=***",
    ],
    ["https://blob/x?sv=1&sig=a%2Bb&se=2", "https://blob/x?sv=1&sig=***&se=2"],
    ["https://h/x?token=abc: 401", "https://h/x?token=*** 401"],
    ["https://h/x?access_token=abc&service=h", "https://h/x?access_token=***&service=h"],
    ['answer {"token":"abc","expires_in":300}', 'answer {"token":"***","expires_in":300}'],
    ['answer {\\"access_token\\":\\"abc\\"}', 'answer {\\"access_token\\":\\"***\\"}'],
    ["jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl end", "jwt *** end"],
    ["client_secret=abc&grant_type=password", "client_secret=***&grant_type=password"],
  ])("%s", (text, expected) => {
    expect(redactText(text, [])).toBe(expected);
  });

  it.each([
    "no basic auth credentials",
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    "missing realm in bearer auth challenge",
    "https://auth.example.com/token?scope=repository%3Aa%2Fb%3Apull&service=registry.example.com",
    'WWW-Authenticate: Bearer realm="https://auth.example.com/token",service="registry.example.com"',
    "initializing source docker://busybox@sha256:abc: bearer authentication-is-missing",
    "user@example.com asked for docker.io/library/busybox@sha256:abc",
  ])("keeps %s", (text) => {
    expect(redactText(text, [])).toBe(text);
  });
});

describe("properties", () => {
  const secrets = array(string({ minLength: 4, maxLength: 40, unit: "grapheme" }), {
    minLength: 1,
    maxLength: 4,
  });
  const around = string({ maxLength: 30 });
  const spelled = (text: string) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text),
    new URLSearchParams({ p: text }).toString(),
    Buffer.from(text).toString("base64"),
    Buffer.from(`user:${text}`).toString("base64"),
    Buffer.from(`robot$x:${text}`).toString("base64url"),
    `https://user:${encodeURIComponent(text)}@host/`,
  ];

  it("no secret of four characters and more survives in any spelling", () => {
    assert(
      property(secrets, around, around, (texts, before, after) => {
        const message = texts.flatMap(spelled).reduce((sum, part) => `${sum}${before} ${part} ${after}`, "");
        const redacted = redactText(message, texts.map(secret));
        for (const text of texts) {
          expect(redacted).not.toContain(text);
          for (const spelling of spelled(text).slice(0, 7)) expect(redacted).not.toContain(spelling);
        }
      }),
    );
  });

  it("redacts nothing more the second time", () => {
    assert(
      property(secrets, string(), (texts, message) => {
        const once = redactText(`${message} https://a:b@c/?token=d ${texts[0]}`, texts.map(secret));
        expect(redactText(once, texts.map(secret))).toBe(once);
      }),
    );
  });
});
