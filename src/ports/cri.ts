import type { Credential } from "#domain/credentials/credential.ts";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import type { Result } from "#domain/result.ts";

export interface RuntimeVersion {
  /** `containerd`, `cri-o`, … */
  readonly name: string;
  readonly version: string;
}

export interface NodeImage {
  /** `sha256:…` */
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: number;
  /** The runtime itself needs it (the image of the sandboxes), so no kubelet takes it away. Absent: it does not. */
  readonly isPinned?: true;
}

/** Answers are results, since failing is a runtime's daily business; messages hold no secrets. Every call ends when `signal` aborts (`Canceled`, spelled as Go does). */
export interface CriRuntime {
  version(signal: AbortSignal): Promise<Result<RuntimeVersion, RuntimeFailure>>;
  /** `undefined`: the image is not on the node. */
  imageStatus(image: string, signal: AbortSignal): Promise<Result<NodeImage | undefined, RuntimeFailure>>;
  listImages(signal: AbortSignal): Promise<Result<readonly NodeImage[], RuntimeFailure>>;
  /**
   * @param credential without one the request carries no auth at all, which is not the same as an empty one
   * @returns what the runtime calls the image: an ID, or a name with digest
   */
  pullImage(
    image: string,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Result<string, RuntimeFailure>>;
  /** Succeeds also if the image is not there. */
  removeImage(image: string, signal: AbortSignal): Promise<Result<void, RuntimeFailure>>;
  /**
   * The images that containers of any state run, or mount as a volume, as far as the runtime knows them: IDs, and names with digest. A
   * container that has ended counts, since its pod may start it again; so it is for the kubelet's garbage collection, too
   * (kubernetes image_gc_manager.go, detectImages).
   */
  imagesInUse(signal: AbortSignal): Promise<Result<ReadonlySet<string>, RuntimeFailure>>;
  close(): void;
}
