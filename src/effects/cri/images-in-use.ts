import { create } from "@bufbuild/protobuf";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { ok, type Result } from "#domain/result.ts";
import {
  type Container,
  ContainerStatusRequestSchema,
  ListContainersRequestSchema,
} from "#wire/cri/generated/runtime/v1/api_pb.js";
import { criMethods } from "#wire/cri/methods.ts";
import type { Call } from "./connect.ts";

/** Only a container's status tells what it mounts. That never changes, so each container is asked once. */
export function imagesInUseBy(call: Call) {
  const mountedBy = new Map<string, readonly string[]>();

  const mounted = async (id: string, signal: AbortSignal): Promise<Result<readonly string[], RuntimeFailure>> => {
    const known = mountedBy.get(id);
    if (known !== undefined) return ok(known);
    const request = create(ContainerStatusRequestSchema, { containerId: id });
    const answer = await call(criMethods.containerStatus, request, signal);
    // It went away after it was listed.
    if (!answer.ok) return answer.error.grpcCode === "NotFound" ? ok([]) : answer;
    const images = (answer.value.status?.mounts ?? []).flatMap(({ image }) => image?.image || []);
    mountedBy.set(id, images);
    return ok(images);
  };

  return async (signal: AbortSignal): Promise<Result<ReadonlySet<string>, RuntimeFailure>> => {
    const listed = await call(criMethods.listContainers, create(ListContainersRequestSchema), signal);
    if (!listed.ok) return listed;
    const used = new Set<string>();
    for (const container of listed.value.containers) {
      for (const image of imagesOf(container)) used.add(image);
      const volumes = await mounted(container.id, signal);
      if (!volumes.ok) return volumes;
      for (const image of volumes.value) used.add(image);
    }
    return ok(used);
  };
}

/** Runtimes differ in which field has the ID. A tag says nothing: it may have moved to another image since. */
function imagesOf({ image, imageRef, imageId }: Container): readonly string[] {
  return [image?.image ?? "", imageRef, imageId].filter((name) => isId(name) || name.includes("@"));
}

function isId(name: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(name);
}
