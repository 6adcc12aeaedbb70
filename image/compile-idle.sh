#!/bin/sh
# Compiles the idle program: sh image/compile-idle.sh FILE. Needs gcc and the kernel's headers (linux-libc-dev), no C library.
set -eu
${CC:-gcc} -Os -Wall -Wextra -Werror -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
  -fno-asynchronous-unwind-tables -Wl,--build-id=none -Wl,-z,noseparate-code -s -o "$1" "$(dirname "$0")/idle.c"
chmod 755 "$1"
