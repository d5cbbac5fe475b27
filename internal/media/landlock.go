package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What may be done with a path, in Landlock's bits.
const (
	mayRead  = unix.LANDLOCK_ACCESS_FS_READ_FILE
	mayList  = unix.LANDLOCK_ACCESS_FS_READ_DIR
	mayRun   = unix.LANDLOCK_ACCESS_FS_EXECUTE
	mayWrite = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
)

// libraries is what a dynamically linked ffmpeg needs to start.
var libraries = [...]string{"/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/share",
	"/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/nix/store", "/gnu/store"}

// restrictFiles lets this thread, and what it becomes, read the libraries and
// the files in read, and write the files in write, which must exist: not one
// new file can be made. It returns the version of Landlock that the kernel has.
func restrictFiles(tool string, read, write []string) (abi int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("landlock: %w", err)
		}
	}()
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, errno
	}
	abi = int(v)
	// struct landlock_ruleset_attr {u64 fs, net, scoped}, as much of it as
	// this kernel knows. Declared here: its Go form changed between versions.
	attr := make([]uint64, 0, 3)
	handled := handledFS(abi)
	attr = append(attr, handled)
	if abi >= 4 {
		attr = append(attr, unix.LANDLOCK_ACCESS_NET_BIND_TCP|unix.LANDLOCK_ACCESS_NET_CONNECT_TCP)
	}
	if abi >= 6 {
		attr = append(attr, unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET|unix.LANDLOCK_SCOPE_SIGNAL)
	}
	rules, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET,
		uintptr(unsafe.Pointer(&attr[0])), uintptr(len(attr)*8), 0)
	if errno != 0 {
		return abi, fmt.Errorf("create: %w", errno)
	}
	defer unix.Close(int(rules))
	for _, p := range append(libraries[:], beside(tool)...) {
		if err := allow(int(rules), p, (mayRead|mayList)&handled); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return abi, err
		}
	}
	// Only ffmpeg and the dynamic loader may be executed.
	for _, p := range append(loaders(), tool) {
		if p == "" {
			continue // a trial starts nothing
		}
		if err := allow(int(rules), p, (mayRead|mayRun)&handled); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return abi, err
		}
	}
	for _, p := range read {
		if err := allow(int(rules), p, mayRead&handled); err != nil {
			return abi, err
		}
	}
	for _, p := range write {
		// Read too: faststart reads back what it wrote.
		if err := allow(int(rules), p, (mayRead|mayWrite)&handled); err != nil {
			return abi, err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, rules, 0, 0); errno != 0 {
		return abi, fmt.Errorf("restrict: %w", errno)
	}
	return abi, nil
}

// handledFS is every right on files that this version of Landlock can refuse.
func handledFS(abi int) uint64 {
	handled := uint64(unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1) // the thirteen of ABI 1
	if abi >= 2 {
		handled |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		handled |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 5 {
		handled |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	return handled
}

// allow adds one rule: these rights at this path and below. A file takes only
// the rights that make sense for a file.
func allow(rules int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &^= mayList
	}
	// struct landlock_path_beneath_attr {u64 access; s32 fd} is packed: 12 bytes.
	var rule [12]byte
	binary.NativeEndian.PutUint64(rule[:], rights)
	binary.NativeEndian.PutUint32(rule[8:], uint32(fd))
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule[0])), 0, 0, 0)
	runtime.KeepAlive(&rule)
	if errno != 0 {
		return fmt.Errorf("rule for %s: %w", path, errno)
	}
	return nil
}

// beside finds the libraries that a tool outside the system brings along:
// only such files, or a tool in a home folder would open all of it.
func beside(tool string) []string {
	dir := filepath.Dir(tool)
	if tool == "" || strings.HasPrefix(dir, "/usr/") || dir == "/bin" {
		return nil
	}
	var out []string
	for _, pattern := range []string{dir + "/*.so*", dir + "/../lib/*.so*"} {
		m, _ := filepath.Glob(pattern) // only a malformed pattern fails
		out = append(out, m...)
	}
	return out
}

// loaders finds the dynamic loaders, which execve opens for execution too.
func loaders() []string {
	var out []string
	for _, pattern := range []string{"/lib/ld-*.so*", "/lib64/ld-*.so*", "/lib/*-linux-gnu/ld-*.so*"} {
		m, _ := filepath.Glob(pattern) // only a malformed pattern fails
		out = append(out, m...)
	}
	return out
}
