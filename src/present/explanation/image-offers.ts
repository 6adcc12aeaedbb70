import stringWidth from "string-width";
import { describeSource, type Offer } from "#domain/credentials/credential.ts";
import type { ImageOffers } from "#domain/credentials/image-offers.ts";
import { isFallback } from "#domain/credentials/keyring.ts";
import { repositoryOf } from "#domain/image/reference.ts";
import { printable } from "../wording/printable.ts";

/** One line of JSON: `{image, repository, offers: [{source, key, username}]}`. */
export function imageOffersJson({ reference, offers }: ImageOffers): string {
  const shown = offers.map(({ source, key, credential }) => ({
    source: describeSource(source),
    key,
    username: credential.username,
  }));
  return `${JSON.stringify({ image: reference.written, repository: repositoryOf(reference), offers: shown })}\n`;
}

/** For people: a table in the order of the offers, and a sentence for each thing that surprises. */
export function imageOffersText(explained: ImageOffers): string {
  const { reference, offers, warnings } = explained;
  const paragraphs = [
    [`${reference.written} is looked up as ${repositoryOf(reference)}.`],
    offers.length > 0 ? offerTable(offers) : [ANONYMOUS],
    remarks(explained),
    warnings.map((warning) => `warning: ${printable(warning)}`),
  ];
  const written = paragraphs.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return written.join("\n");
}

const ANONYMOUS = "No credential matches: the pull is anonymous, and its request carries no auth at all.";

function offerTable(offers: readonly Offer[]): string[] {
  const rows = offers.map(({ source, key, credential }, index) => [
    String(index + 1),
    printable(describeSource(source)),
    printable(key),
    credential.username === "" ? "(no user name)" : printable(credential.username),
  ]);
  const all = [["", "source", "registry key", "user"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ""))));
  const lines = all.map((row) =>
    `  ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  return ["A node offers these credentials, one after the other until one works:", "", ...lines];
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - stringWidth(text), 0));
}

function remarks({ reference, offers }: ImageOffers): string[] {
  const repository = repositoryOf(reference);
  const isEmpty = ({ credential }: Offer): boolean => credential.username === "" && credential.password.reveal() === "";
  return [
    ...(offers.some((offer) => isFallback(offer.key, repository))
      ? [
          `Credentials of index.docker.io are offered since no other key matches ${repository}, which counts as a name on Docker Hub.`,
        ]
      : []),
    ...(offers.some(isEmpty)
      ? ["An empty credential is a credential too: it is sent, with neither user name nor password."]
      : []),
    ...(offers.length > 0
      ? ["If all of them are refused the pull fails: there is no anonymous attempt after them."]
      : []),
  ];
}
