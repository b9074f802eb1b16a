/*
 * Preloaded into a program: numbers each durable step that it and the programs it starts take below one folder (each write,
 * truncation, sync, rename, link, removal and change of mode or owner), and at a chosen step kills the program, or first
 * shuts its file system down; or makes its disk fail. A program that it started goes on, as it would after a kill.
 *
 *   DURABLE_STEPS_FOLDER   what lies below it counts
 *   DURABLE_STEPS_CONTROL  a file of int64, see `control` below; the tests write it while the program runs
 *   DURABLE_STEPS_LOG      gets a line for each step, before it is taken: <number> <program> <call> <offset> <bytes> <path>
 *   DURABLE_STEPS_MOUNT    the mount point that is shut down
 *   DURABLE_STEPS_VICTIM   set here: the process that is killed, which is the first
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL_BEFORE = 1, KILL_AFTER = 2, SHUTDOWN_BEFORE = 3, SHUTDOWN_AFTER = 4 };

enum { SLOW_STEP_US = 20000 };

struct control {
  _Atomic int64_t steps;       /* taken so far */
  _Atomic int64_t act_at;      /* 0: never */
  _Atomic int64_t action;
  _Atomic int64_t write_errno; /* of every step but a sync; 0: they work */
  _Atomic int64_t sync_errno;  /* of fsync and fdatasync */
  _Atomic int64_t short_write; /* 1: of more than one byte, half is written */
};

static struct control nothing;
static struct control *control = &nothing;
static const char *folder = "";
static char program[64];
static pid_t victim;
static int log_file = -1;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("DURABLE_STEPS_CONTROL");
  const char *log = getenv("DURABLE_STEPS_LOG");
  char own[16];
  folder = getenv("DURABLE_STEPS_FOLDER");
  if (path == NULL || log == NULL || folder == NULL) {
    folder = "";
    return;
  }
  int file = open(path, O_RDWR | O_CLOEXEC);
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) abort();
  close(file);
  control = mapped;
  log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  snprintf(program, sizeof program, "%s", program_invocation_short_name);
  snprintf(own, sizeof own, "%d", getpid());
  setenv("DURABLE_STEPS_VICTIM", own, 0);
  victim = atoi(getenv("DURABLE_STEPS_VICTIM"));
}

static int counts(const char *path) {
  size_t length = strlen(folder);
  return length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int name_of(int file, char *path, size_t size) {
  char link[40];
  if (file == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
  else snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return 1;
}

static int path_of(int file, char *path, size_t size) { return name_of(file, path, size) && counts(path); }

/* `path` as the calls take it: absolute, or from the open folder `from`. */
static int full_path(int from, const char *path, char *full, size_t size) {
  if (path[0] == '/') {
    snprintf(full, size, "%s", path);
    return counts(path);
  }
  if (!name_of(from, full, size)) return 0;
  size_t length = strlen(full);
  snprintf(full + length, size - length, "/%s", path);
  return counts(full);
}

/* The victim must not take another step. */
static void die(void) {
  kill(victim, SIGKILL);
  while (victim == getpid()) pause();
}

/* EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are one number; 2: not even the journal is flushed. */
static void shut_down(void) {
  uint32_t without_journal = 2;
  int mount = open(getenv("DURABLE_STEPS_MOUNT"), O_RDONLY | O_CLOEXEC);
  if (ioctl(mount, _IOR('X', 125, uint32_t), &without_journal) != 0) perror("shutdown");
  die();
}

static int64_t before(const char *call, int64_t offset, int64_t bytes, const char *path) {
  int64_t step = ++control->steps;
  char line[PATH_MAX + 200];
  int length = snprintf(line, sizeof line, "%ld %s %s %ld %ld %s\n", (long)step, program, call, (long)offset,
                        (long)bytes, path);
  syscall(SYS_write, log_file, line, length);
  int64_t action = step == control->act_at ? control->action : 0;
  /* Who answers without waiting for this step has time to be found out. */
  if (action == KILL_BEFORE || action == SHUTDOWN_BEFORE) usleep(SLOW_STEP_US);
  if (action == KILL_BEFORE) die();
  if (action == SHUTDOWN_BEFORE) shut_down();
  return step;
}

static void after(int64_t step) {
  if (step == control->act_at && control->action == KILL_AFTER) die();
  if (step == control->act_at && control->action == SHUTDOWN_AFTER) shut_down();
}

static long failed(int64_t error) {
  errno = (int)error;
  return -1;
}

static size_t shortened(size_t bytes) { return control->short_write && bytes > 1 ? bytes / 2 : bytes; }

#define TAKE(call, offset, bytes, path, error, work) \
  int64_t step = before(call, offset, bytes, path);  \
  int64_t wrong = control->error;                    \
  long result = wrong ? failed(wrong) : (work);      \
  after(step);                                       \
  return result

ssize_t write(int file, const void *data, size_t bytes) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_write, file, data, bytes);
  TAKE("write", lseek(file, 0, SEEK_CUR), bytes, path, write_errno, syscall(SYS_write, file, data, shortened(bytes)));
}

ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_pwrite64, file, data, bytes, offset);
  TAKE("pwrite64", offset, bytes, path, write_errno, syscall(SYS_pwrite64, file, data, shortened(bytes), offset));
}

ssize_t pwrite(int file, const void *data, size_t bytes, off_t offset) { return pwrite64(file, data, bytes, offset); }

ssize_t writev(int file, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_writev, file, parts, count);
  TAKE("writev", lseek(file, 0, SEEK_CUR), 0, path, write_errno, syscall(SYS_writev, file, parts, count));
}

int fsync(int file) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_fsync, file);
  TAKE("fsync", 0, 0, path, sync_errno, syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_fdatasync, file);
  TAKE("fdatasync", 0, 0, path, sync_errno, syscall(SYS_fdatasync, file));
}

int ftruncate64(int file, off64_t length) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_ftruncate, file, length);
  TAKE("ftruncate", length, 0, path, write_errno, syscall(SYS_ftruncate, file, length));
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
  char path[PATH_MAX];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_pwritev, file, parts, count, offset, 0);
  TAKE("pwritev", offset, 0, path, write_errno, syscall(SYS_pwritev, file, parts, count, offset, 0));
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(file, parts, count, offset);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t bytes, unsigned flags) {
  char path[PATH_MAX];
  if (!path_of(to, path, sizeof path))
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, bytes, flags);
  int64_t offset = to_offset == NULL ? lseek(to, 0, SEEK_CUR) : *to_offset;
  TAKE("copy_file_range", offset, 0, path, write_errno,
       syscall(SYS_copy_file_range, from, from_offset, to, to_offset, bytes, flags));
}

ssize_t sendfile64(int to, int from, off64_t *from_offset, size_t bytes) {
  char path[PATH_MAX];
  if (!path_of(to, path, sizeof path)) return syscall(SYS_sendfile, to, from, from_offset, bytes);
  TAKE("sendfile", lseek(to, 0, SEEK_CUR), 0, path, write_errno, syscall(SYS_sendfile, to, from, from_offset, bytes));
}

ssize_t sendfile(int to, int from, off_t *from_offset, size_t bytes) { return sendfile64(to, from, from_offset, bytes); }

/* A step at an open file, and one at a path from an open folder. */
#define AT_FILE(file, name, ...)                                                                \
  char path_[PATH_MAX];                                                                         \
  if (!path_of(file, path_, sizeof path_)) return syscall(SYS_##name, file, __VA_ARGS__);       \
  TAKE(#name, 0, 0, path_, write_errno, syscall(SYS_##name, file, __VA_ARGS__))

#define AT_PATH(from, path, name, ...)                                                          \
  char path_[PATH_MAX];                                                                         \
  if (!full_path(from, path, path_, sizeof path_)) return syscall(SYS_##name, __VA_ARGS__);     \
  TAKE(#name, 0, 0, path_, write_errno, syscall(SYS_##name, __VA_ARGS__))

int rename(const char *from, const char *to) { AT_PATH(AT_FDCWD, to, rename, from, to); }
int renameat(int a, const char *from, int b, const char *to) { AT_PATH(b, to, renameat, a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  AT_PATH(b, to, renameat2, a, from, b, to, flags);
}
int unlink(const char *path) { AT_PATH(AT_FDCWD, path, unlink, path); }
int unlinkat(int folder, const char *path, int flags) { AT_PATH(folder, path, unlinkat, folder, path, flags); }
int rmdir(const char *path) { AT_PATH(AT_FDCWD, path, rmdir, path); }
int mkdir(const char *path, mode_t mode) { AT_PATH(AT_FDCWD, path, mkdir, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { AT_PATH(folder, path, mkdirat, folder, path, mode); }
int mknod(const char *path, mode_t mode, dev_t device) { AT_PATH(AT_FDCWD, path, mknod, path, mode, device); }
int mknodat(int folder, const char *path, mode_t mode, dev_t device) {
  AT_PATH(folder, path, mknodat, folder, path, mode, device);
}
int link(const char *existing, const char *path) { AT_PATH(AT_FDCWD, path, link, existing, path); }
int linkat(int a, const char *existing, int b, const char *path, int flags) {
  AT_PATH(b, path, linkat, a, existing, b, path, flags);
}
int symlink(const char *target, const char *path) { AT_PATH(AT_FDCWD, path, symlink, target, path); }
int symlinkat(const char *target, int folder, const char *path) { AT_PATH(folder, path, symlinkat, target, folder, path); }
int truncate64(const char *path, off64_t length) { AT_PATH(AT_FDCWD, path, truncate, path, length); }
int truncate(const char *path, off_t length) { return truncate64(path, length); }

int chmod(const char *path, mode_t mode) { AT_PATH(AT_FDCWD, path, chmod, path, mode); }
int fchmod(int file, mode_t mode) { AT_FILE(file, fchmod, mode); }
int chown(const char *path, uid_t user, gid_t group) { AT_PATH(AT_FDCWD, path, chown, path, user, group); }
int lchown(const char *path, uid_t user, gid_t group) { AT_PATH(AT_FDCWD, path, lchown, path, user, group); }
int fchown(int file, uid_t user, gid_t group) { AT_FILE(file, fchown, user, group); }
int fchownat(int folder, const char *path, uid_t user, gid_t group, int flags) {
  AT_PATH(folder, path, fchownat, folder, path, user, group, flags);
}

/* The system call knows no flags; what libc makes of them stays its own. */
int fchmodat(int folder, const char *path, mode_t mode, int flags) {
  char full[PATH_MAX];
  int (*work)(int, const char *, mode_t, int) = (int (*)(int, const char *, mode_t, int))dlsym(RTLD_NEXT, "fchmodat");
  if (!full_path(folder, path, full, sizeof full)) return work(folder, path, mode, flags);
  TAKE("fchmodat", 0, 0, full, write_errno, work(folder, path, mode, flags));
}
