package main

import (
	"os"
	"strconv"
	"syscall"
)

// A part must not outlive whoever started it, even when that one was killed and could not end it.
// SIGKILL, because a stopped (paused) part would never see SIGTERM; etcd survives it by its log.
func init() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0)
	// The parent may have been killed before the line above: then its number says so, and nothing else does.
	if parent := os.Getenv("FLOTILLA_PARENT_PID"); parent != "" && parent != strconv.Itoa(os.Getppid()) {
		os.Exit(1)
	}
}
