import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { statusCode, statusName } from "./status.ts";

test("every status of grpc-js has Go's name, and back", () => {
  const codes = Object.entries(status).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  expect(codes).toHaveLength(17);
  for (const [upperSnake, code] of codes) {
    const name = statusName(code);
    const spelledAlike = upperSnake.replaceAll("_", "").replace("CANCELLED", "CANCELED");
    expect(name.toUpperCase()).toBe(spelledAlike);
  }
  expect(statusCode("Canceled")).toBe(status.CANCELLED);
  expect(statusCode("Unavailable")).toBe(status.UNAVAILABLE);
});

test("an unknown code keeps its number", () => {
  expect(statusName(99)).toBe("Code(99)");
});
