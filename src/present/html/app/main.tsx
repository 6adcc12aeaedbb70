/** The program inside the HTML report: opens the data that lie beside it, and shows them. */
import { render } from "preact";
import "./page.css";
import { openData } from "./open-data.ts";
import { Page } from "./page.tsx";

async function open(page: HTMLElement, source: HTMLElement): Promise<void> {
  const data = await openData(source.textContent);
  source.remove();
  page.replaceChildren();
  render(<Page data={data} />, page);
}

/** What stands in the page already (the summary) stays. */
function sayWhyNot(page: HTMLElement, error: unknown): void {
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.className = "trouble";
  const reason = error instanceof Error ? error.message : String(error);
  note.textContent = `The details cannot be shown (${reason}). A browser of 2023 or later is needed.`;
  page.append(note);
}

const page = document.getElementById("page");
const source = document.getElementById("data");
if (page && source) open(page, source).catch((error: unknown) => sayWhyNot(page, error));
