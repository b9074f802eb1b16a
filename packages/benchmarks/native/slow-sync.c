/*
 * A disk that is slow to sync, such as a memory card: preloaded into a program, it makes each fsync and fdatasync take
 * SLOW_SYNC_MS milliseconds longer. Only the thread that asks for the sync waits, as with a real disk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_like_a_card(void) {
  const char *text = getenv("SLOW_SYNC_MS");
  long ms = text == NULL ? 0 : atol(text);
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000};
  while (nanosleep(&left, &left) == -1 && errno == EINTR) {
  }
}

int fsync(int fd) {
  wait_like_a_card();
  return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  wait_like_a_card();
  return (int)syscall(SYS_fdatasync, fd);
}
