package reelm

import "time"

// Limits are how much and how often. All of them stand in the configuration
// under `limits.` with defaults for a public server. The tags are the
// configuration's: name, default and help.
type Limits struct {
	Enabled bool `name:"enabled" default:"true" negatable:"" help:"Whether rates are limited at all. Never switch this off on a public address."`

	UploadBytes    int64         `name:"upload_bytes" default:"1073741824" help:"Most bytes of one upload."`
	UploadDuration time.Duration `name:"upload_duration" default:"10m" help:"Longest clip."`
	UploadsPerDay  int           `name:"uploads_per_day" default:"50" help:"Most uploads of one account in 24 hours."`

	SignInsPerAccount int `name:"sign_ins_per_account" default:"10" help:"Failed sign-ins of one account in 15 minutes, from anywhere."`
	SignInsPerAddress int `name:"sign_ins_per_address" default:"30" help:"Failed sign-ins from one address in 15 minutes."`
	SignUpsPerAddress int `name:"sign_ups_per_address" default:"10" help:"New accounts and viewers from one address in an hour."`

	CommentsPerMinute int `name:"comments_per_minute" default:"20" help:"Comments of one account in a minute."`
	ActsPerMinute     int `name:"acts_per_minute" default:"120" help:"Likes, follows, reports and edits of one account in a minute."`
	EventsPerMinute   int `name:"events_per_minute" default:"600" help:"Watch events of one viewer in a minute; of one address, ten times as many."`
	ReadsPerMinute    int `name:"reads_per_minute" default:"1200" help:"Requests to the API from one address in a minute."`
}
