package media

import (
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// restrictCalls installs a filter of system calls on this thread and what it
// becomes: no sockets, no new processes, no looking into others, no doors
// into the kernel that an encoder has no use for. What is denied gets EPERM,
// so that a library which only asks carries on; what a later kernel will add
// gets ENOSYS. Signals may go to the process itself alone.
func restrictCalls(pid int) error {
	if auditArch == 0 {
		return errors.New("seccomp: no filter for this processor")
	}
	prog := filter(pid)
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(prog)
	if errno != 0 {
		return errno
	}
	return nil
}

// Offsets in struct seccomp_data {int nr; u32 arch; u64 ip; u64 args[6]},
// little-endian: the low half of an argument comes first.
const (
	offNr   = 0
	offArch = 4
	offArg0 = 16
)

// filter assembles the BPF program.
func filter(pid int) []unix.SockFilter {
	const (
		load = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		eq   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		ge   = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
		set  = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		ret  = unix.BPF_RET | unix.BPF_K

		permit = unix.SECCOMP_RET_ALLOW
		deny   = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		absent = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
		kill   = unix.SECCOMP_RET_KILL_PROCESS
	)
	var p []unix.SockFilter
	op := func(code uint16, k uint32, jt, jf uint8) {
		p = append(p, unix.SockFilter{Code: code, K: k, Jt: jt, Jf: jf})
	}
	op(load, offArch, 0, 0)
	op(eq, auditArch, 1, 0)
	op(ret, kill, 0, 0) // 32-bit calls on a 64-bit machine
	op(load, offNr, 0, 0)
	op(ge, lastCall+1, 0, 1) // also the x32 calls, from 0x40000000 on
	op(ret, absent, 0, 0)
	for _, nr := range append(deniedCalls[:], deniedHere[:]...) {
		op(eq, uint32(nr), 0, 1)
		op(ret, deny, 0, 0)
	}
	// glibc falls back to clone, whose flags can be read.
	op(eq, unix.SYS_CLONE3, 0, 1)
	op(ret, absent, 0, 0)
	op(eq, unix.SYS_CLONE, 0, 4)
	op(load, offArg0, 0, 0)
	op(set, unix.CLONE_THREAD, 1, 0)
	op(ret, deny, 0, 0)
	op(ret, permit, 0, 0)
	for _, nr := range []uint32{unix.SYS_KILL, unix.SYS_TGKILL} {
		op(eq, nr, 0, 4)
		op(load, offArg0, 0, 0)
		op(eq, uint32(pid), 1, 0)
		op(ret, deny, 0, 0)
		op(ret, permit, 0, 0)
	}
	op(ret, permit, 0, 0)
	return p
}

// lastCall is the highest call that this list was written for.
const lastCall = unix.SYS_FILE_SETATTR

// deniedCalls are those that every processor has.
var deniedCalls = [...]int{
	// network, and sockets of any kind
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT,
	unix.SYS_ACCEPT4, unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_SENDMMSG, unix.SYS_RECVFROM, unix.SYS_RECVMSG,
	unix.SYS_RECVMMSG, unix.SYS_SHUTDOWN,
	// other processes
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE,
	unix.SYS_PROCESS_MRELEASE, unix.SYS_KCMP, unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD, unix.SYS_PIDFD_SEND_SIGNAL,
	unix.SYS_TKILL, unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO, unix.SYS_EXECVEAT, unix.SYS_SETPGID, unix.SYS_SETSID,
	unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES,
	// mounts and namespaces
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_OPEN_TREE, unix.SYS_OPEN_TREE_ATTR,
	unix.SYS_MOVE_MOUNT, unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR,
	unix.SYS_STATMOUNT, unix.SYS_LISTMOUNT, unix.SYS_UNSHARE, unix.SYS_SETNS,
	// doors into the kernel
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_IO_SETUP, unix.SYS_IO_SUBMIT, unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD,
	unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD,
	unix.SYS_SYSLOG, unix.SYS_NFSSERVCTL, unix.SYS_LOOKUP_DCOOKIE, unix.SYS_PERSONALITY, unix.SYS_VHANGUP,
	unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT,
	unix.SYS_MEMFD_SECRET, unix.SYS_VMSPLICE, unix.SYS_REMAP_FILE_PAGES,
	// the machine's name and clock
	unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME, unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME,
	unix.SYS_ADJTIMEX,
	// rights, ids and names of files
	unix.SYS_CAPSET, unix.SYS_SETUID, unix.SYS_SETGID, unix.SYS_SETREUID, unix.SYS_SETREGID, unix.SYS_SETRESUID,
	unix.SYS_SETRESGID, unix.SYS_SETFSUID, unix.SYS_SETFSGID, unix.SYS_SETGROUPS, unix.SYS_FCHMOD, unix.SYS_FCHMODAT,
	unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_LINKAT, unix.SYS_SYMLINKAT, unix.SYS_MKNODAT,
	unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT, unix.SYS_REMOVEXATTR,
	unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR, unix.SYS_REMOVEXATTRAT, unix.SYS_FILE_SETATTR,
	// System V and POSIX queues, shared memory between processes
	unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMCTL,
	unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
}
