package main

import (
	"os"
	"syscall"
)

// A part must not outlive whoever started it, even when that one was killed and could not end it.
// SIGKILL, because a stopped (paused) part would never see SIGTERM; etcd survives it by its log.
func init() {
	parent := os.Getppid()
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0)
	if os.Getppid() != parent {
		os.Exit(1)
	}
}
