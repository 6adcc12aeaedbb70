/** Why a file cannot be read or written, as a clause that follows its name. */
export function fileProblem(error: unknown, done: "read" | "written"): string {
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
    case "EPERM":
      return `may not be ${done} by this user`;
    case "ENOSPC":
    case "EDQUOT":
      return "cannot be written, since the disk is full";
    case "EROFS":
      return "cannot be written, since the file system is read-only";
    case "EISDIR":
      return "is a directory";
    case "ENOTDIR":
      return "has a file where a directory should be in its path";
    case "ENAMETOOLONG":
      return "has a name that is too long for the file system";
    case "ELOOP":
      return "is a link that leads in a circle";
    case "EPIPE":
      return "cannot be written, since nobody reads it any more";
    case "ENXIO":
      return "cannot be written, since nobody reads it";
    default:
      return `cannot be ${done} (${code})`;
  }
}

/** The system's name of an error, such as ENOENT. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
