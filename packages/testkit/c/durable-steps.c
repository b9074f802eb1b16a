/*
 * Preloaded into a program: numbers each durable step that it takes (each write, truncation, sync, rename and unlink of a
 * file below one folder), and at a chosen step kills it, or first shuts its file system down; or makes its disk fail.
 *
 *   DURABLE_STEPS_FOLDER   what lies below it counts
 *   DURABLE_STEPS_CONTROL  a file of int64, see `control` below; the tests write it while the program runs
 *   DURABLE_STEPS_LOG      gets a line for each step, before it is taken: <number> <call> <offset> <bytes> <path>
 *   DURABLE_STEPS_MOUNT    the mount point that is shut down
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL_BEFORE = 1, KILL_AFTER = 2, SHUTDOWN_BEFORE = 3, SHUTDOWN_AFTER = 4 };

enum { SLOW_STEP_US = 20000 };

struct control {
  _Atomic int64_t steps;       /* taken so far */
  _Atomic int64_t act_at;      /* 0: never */
  _Atomic int64_t action;
  _Atomic int64_t write_errno; /* of writes, truncations, renames and unlinks; 0: they work */
  _Atomic int64_t sync_errno;  /* of fsync and fdatasync */
  _Atomic int64_t short_write; /* 1: of more than one byte, half is written */
};

static struct control nothing;
static struct control *control = &nothing;
static const char *folder = "";
static int log_file = -1;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("DURABLE_STEPS_CONTROL");
  const char *log = getenv("DURABLE_STEPS_LOG");
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
}

static int counts(const char *path) {
  size_t length = strlen(folder);
  return length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int path_of(int file, char *path, size_t size) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return counts(path);
}

/* The rest of the process must not take another step. */
static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
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
  char line[4200];
  int length = snprintf(line, sizeof line, "%ld %s %ld %ld %s\n", (long)step, call, (long)offset, (long)bytes, path);
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
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_write, file, data, bytes);
  TAKE("write", lseek(file, 0, SEEK_CUR), bytes, path, write_errno, syscall(SYS_write, file, data, shortened(bytes)));
}

ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset) {
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_pwrite64, file, data, bytes, offset);
  TAKE("pwrite64", offset, bytes, path, write_errno, syscall(SYS_pwrite64, file, data, shortened(bytes), offset));
}

ssize_t pwrite(int file, const void *data, size_t bytes, off_t offset) { return pwrite64(file, data, bytes, offset); }

ssize_t writev(int file, const struct iovec *parts, int count) {
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_writev, file, parts, count);
  TAKE("writev", lseek(file, 0, SEEK_CUR), 0, path, write_errno, syscall(SYS_writev, file, parts, count));
}

int fsync(int file) {
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_fsync, file);
  TAKE("fsync", 0, 0, path, sync_errno, syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_fdatasync, file);
  TAKE("fdatasync", 0, 0, path, sync_errno, syscall(SYS_fdatasync, file));
}

int ftruncate64(int file, off64_t length) {
  char path[4096];
  if (!path_of(file, path, sizeof path)) return syscall(SYS_ftruncate, file, length);
  TAKE("ftruncate", length, 0, path, write_errno, syscall(SYS_ftruncate, file, length));
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int rename(const char *from, const char *to) {
  if (!counts(to)) return syscall(SYS_rename, from, to);
  TAKE("rename", 0, 0, to, write_errno, syscall(SYS_rename, from, to));
}

int unlink(const char *path) {
  if (!counts(path)) return syscall(SYS_unlink, path);
  TAKE("unlink", 0, 0, path, write_errno, syscall(SYS_unlink, path));
}
