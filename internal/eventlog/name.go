package eventlog

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Shards is the number of subjects that keys are spread over.
const Shards = 4096

// A Shard is where a key's messages are found.
type Shard uint16

// ShardOf tells the shard of a key. It never changes: positions on the disk
// and in archives depend on it. (The finalizer of SplitMix64, then 12 bits.)
func ShardOf(key uint64) Shard {
	key ^= key >> 30
	key *= 0xbf58476d1ce4e5b9
	key ^= key >> 27
	key *= 0x94d049bb133111eb
	key ^= key >> 31
	return Shard(key % Shards)
}

// Subjects of a realm's stream: log.REALM.k.SHARD for what stays,
// log.REALM.a.SHARD for what ages, log.REALM.x for what holds a number while
// an import runs. SHARD is three hexadecimal digits. Signals travel on
// sig.REALM.TOPIC, which no stream stores.
const (
	classKept  = "k"
	classAging = "a"
	filler     = "x"
)

var (
	validRealm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	validTopic = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}(\.[a-zA-Z0-9_-]{1,64}){0,7}$`)
)

func checkRealm(realm string) error {
	if !validRealm.MatchString(realm) {
		return fmt.Errorf("%w: realm %.80q: a name is 1 to 63 of a-z, 0-9 and -, and neither starts nor ends with -", ErrName, realm)
	}
	return nil
}

func checkTopic(topic string) error {
	if !validTopic.MatchString(topic) {
		return fmt.Errorf("%w: topic %.80q: up to 8 words of a-z, A-Z, 0-9, _ and -, with dots between", ErrName, topic)
	}
	return nil
}

// checkWatch takes what checkTopic takes, and an ending that stands for any.
func checkWatch(topic string) error {
	if topic == ">" {
		return nil
	}
	return checkTopic(strings.TrimSuffix(topic, ".>"))
}

func streamName(realm string) string { return "log-" + realm }

func subject(realm string, ages bool, shard Shard) string {
	class := classKept
	if ages {
		class = classAging
	}
	return fmt.Sprintf("log.%s.%s.%03x", realm, class, uint16(shard))
}

// bothClasses is a filter for all messages of a shard.
func bothClasses(realm string, shard Shard) string {
	return fmt.Sprintf("log.%s.*.%03x", realm, uint16(shard))
}

// parseSubject is the inverse of subject; stored is false for fillers.
func parseSubject(s string) (ages bool, shard Shard, stored bool, err error) {
	f := strings.Split(s, ".")
	if len(f) == 3 && f[0] == "log" && f[2] == filler {
		return false, 0, false, nil
	}
	if len(f) == 4 && f[0] == "log" && len(f[3]) == 3 && (f[2] == classKept || f[2] == classAging) {
		if n, err := strconv.ParseUint(f[3], 16, 16); err == nil {
			return f[2] == classAging, Shard(n), true, nil
		}
	}
	return false, 0, false, fmt.Errorf("event log: subject %.80q is not one of ours", s)
}
