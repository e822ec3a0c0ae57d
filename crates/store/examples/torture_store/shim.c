/* Makes the SHIM_AT-th call of the kind SHIM_CALL on files below SHIM_BELOW fail with SHIM_ERROR, once or (SHIM_STICKY)
   from then on. Loaded with LD_PRELOAD. The file SHIM_HIT is made when a call fails. Paths of descriptors are looked up
   in /proc, so that the program's own output is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long calls;

static int below(const char *path) {
  const char *folder = getenv("SHIM_BELOW");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(const char *call, const char *path) {
  const char *wanted = getenv("SHIM_CALL");
  if (!wanted || strcmp(wanted, call) != 0 || !below(path)) return 0;
  long at = atol(getenv("SHIM_AT")), now = __sync_add_and_fetch(&calls, 1);
  if (now < at || (now > at && atoi(getenv("SHIM_STICKY")) == 0)) return 0;
  int hit = (int)syscall(SYS_openat, AT_FDCWD, getenv("SHIM_HIT"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (hit >= 0) syscall(SYS_close, hit);
  errno = atoi(getenv("SHIM_ERROR"));
  return 1;
}

static int fd_fails(const char *call, int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) {
  return fd_fails("write", fd) ? -1 : NEXT(write)(fd, bytes, length);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return fd_fails("pwrite", fd) ? -1 : NEXT(pwrite64)(fd, bytes, length, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return fd_fails("pwrite", fd) ? -1 : NEXT(pwrite)(fd, bytes, length, at);
}
int fsync(int fd) { return fd_fails("fsync", fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fd_fails("fdatasync", fd) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t length) { return fd_fails("ftruncate", fd) ? -1 : NEXT(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fd_fails("ftruncate", fd) ? -1 : NEXT(ftruncate64)(fd, length); }
int renameat(int a, const char *from, int b, const char *to) {
  return fails("rename", to) ? -1 : NEXT(renameat)(a, from, b, to);
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
  return fails("rename", to) ? -1 : NEXT(linkat)(a, from, b, to, flags);
}
int rename(const char *from, const char *to) { return fails("rename", to) ? -1 : NEXT(rename)(from, to); }
int link(const char *from, const char *to) { return fails("rename", to) ? -1 : NEXT(link)(from, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  return fails("rename", to) ? -1 : NEXT(renameat2)(a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) { return fails("mkdir", path) ? -1 : NEXT(mkdir)(path, mode); }
int fchmod(int fd, mode_t mode) { return fd_fails("chmod", fd) ? -1 : NEXT(fchmod)(fd, mode); }
int unlinkat(int at, const char *path, int flags) {
  return (at == AT_FDCWD ? fails("unlink", path) : fd_fails("unlink", at)) ? -1 : NEXT(unlinkat)(at, path, flags);
}
int unlink(const char *path) { return fails("unlink", path) ? -1 : NEXT(unlink)(path); }

#define OPEN(name)                                        \
  int name(const char *path, int flags, ...) {            \
    va_list more;                                         \
    va_start(more, flags);                                \
    mode_t mode = va_arg(more, mode_t);                   \
    va_end(more);                                         \
    return fails("open", path) ? -1 : NEXT(name)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
