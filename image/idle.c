/*
 * Larder's idle program: it does nothing, in next to no memory, until it is told to end.
 *
 *   idle                  waits for a signal, then ends with 0
 *   idle --copy-to FILE   copies itself to FILE (mode 0755) and ends: an init container of Larder's image hands it so, by
 *                         a shared volume, to images that have no shell, or nothing that waits
 *
 * It runs inside images that somebody else made, as their first process and under any user, so it takes nothing from
 * them: no C library, no loader, system calls only. Signals are blocked and waited for, not handled: for the first
 * process of a container the kernel drops every signal that is neither, and then a pod ends only when its grace is over.
 * Which signal comes is the image's choice (STOPSIGNAL: nginx says QUIT, httpd WINCH), so any of them ends it, except
 * those that tell of nothing that should: a child's end, a continued process, urgent data.
 */
#include <asm/unistd.h>

#if defined __x86_64__

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");

static long call(long number, long a, long b, long c, long d)
{
	register long d_ __asm__("r10") = d;
	__asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(d_) : "rcx", "r11", "memory");
	return number;
}

#elif defined __aarch64__

__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tand sp, x0, -16\n\tbl begin\n");

static long call(long number, long a, long b, long c, long d)
{
	register long number_ __asm__("x8") = number;
	register long a_ __asm__("x0") = a;
	register long b_ __asm__("x1") = b;
	register long c_ __asm__("x2") = c;
	register long d_ __asm__("x3") = d;
	__asm__ volatile("svc 0" : "+r"(a_) : "r"(number_), "r"(b_), "r"(c_), "r"(d_) : "memory");
	return a_;
}

#elif defined __powerpc64__ && _CALL_ELF == 2

/* The kernel puts the address of _start into r12, from which r2 follows (ELFv2 ABI, 2.3.2.1). */
__asm__(".globl _start\n_start:\n\taddis 2, 12, .TOC. - _start@ha\n\taddi 2, 2, .TOC. - _start@l\n"
	"\tmr 3, 1\n\tclrrdi 1, 1, 4\n\tli 0, 0\n\tstdu 1, -32(1)\n\tbl begin\n\tnop\n");

static long call(long number, long a, long b, long c, long d)
{
	register long number_ __asm__("r0") = number;
	register long a_ __asm__("r3") = a;
	register long b_ __asm__("r4") = b;
	register long c_ __asm__("r5") = c;
	register long d_ __asm__("r6") = d;
	/* An error is a flag beside a positive number here; elsewhere it is a negative number. */
	__asm__ volatile("sc\n\tbns+ 1f\n\tneg 3, 3\n1:"
			 : "+r"(a_), "+r"(number_), "+r"(b_), "+r"(c_), "+r"(d_)
			 :
			 : "memory", "cr0", "ctr", "r7", "r8", "r9", "r10", "r11", "r12");
	return a_;
}

#elif defined __s390x__

__asm__(".globl _start\n_start:\n\tlgr %r2, %r15\n\taghi %r15, -160\n\txc 0(8,%r15), 0(%r15)\n\tbrasl %r14, begin\n");

static long call(long number, long a, long b, long c, long d)
{
	register long number_ __asm__("r1") = number;
	register long a_ __asm__("r2") = a;
	register long b_ __asm__("r3") = b;
	register long c_ __asm__("r4") = c;
	register long d_ __asm__("r5") = d;
	__asm__ volatile("svc 0" : "+d"(a_) : "d"(number_), "d"(b_), "d"(c_), "d"(d_) : "memory");
	return a_;
}

#else
#error "no system calls for this processor yet"
#endif

/* From <fcntl.h> and <signal.h>, which belong to a C library; these are the same on all processors above. */
enum { AT_FDCWD = -100, O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0100, O_EXCL = 0200 };
enum { SIGCHLD = 17, SIGCONT = 18, SIGURG = 23, SIG_BLOCK = 0 };

static void end(long code)
{
	for (;;)
		call(__NR_exit_group, code, 0, 0, 0);
}

static void complain(const char *text)
{
	long length = 0;

	while (text[length])
		length++;
	call(__NR_write, 2, (long)text, length, 0);
}

static long same(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return *left == *right;
}

/* A file that runs cannot be written, so a copy that an earlier start left is replaced, not overwritten. */
static long copy_to(const char *file)
{
	char buffer[4096];
	long in = call(__NR_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY, 0);
	long out, length;

	call(__NR_unlinkat, AT_FDCWD, (long)file, 0, 0);
	out = call(__NR_openat, AT_FDCWD, (long)file, O_WRONLY | O_CREAT | O_EXCL, 0755);
	if (in < 0 || out < 0)
		return 0;
	while ((length = call(__NR_read, in, (long)buffer, sizeof buffer, 0)) > 0)
		if (call(__NR_write, out, (long)buffer, length, 0) != length)
			return 0;
	return length == 0 && call(__NR_fchmod, out, 0755, 0, 0) == 0;
}

static void wait_for_signal(void)
{
	unsigned long ending = ~(1UL << (SIGCHLD - 1) | 1UL << (SIGCONT - 1) | 1UL << (SIGURG - 1));

	call(__NR_rt_sigprocmask, SIG_BLOCK, (long)&ending, 0, sizeof ending);
	while (call(__NR_rt_sigtimedwait, (long)&ending, 0, 0, sizeof ending) < 0)
		;
}

/* At its start a program finds on the stack how many arguments it has, and then the arguments. */
__attribute__((used)) static void begin(const long *stack)
{
	const char *const *arguments = (const char *const *)(stack + 1);

	if (stack[0] < 2) {
		wait_for_signal();
		end(0);
	}
	if (stack[0] != 3 || !same(arguments[1], "--copy-to")) {
		complain("usage: idle [--copy-to FILE]\n");
		end(2);
	}
	if (!copy_to(arguments[2])) {
		complain("idle: the copy cannot be written\n");
		end(1);
	}
	end(0);
}
