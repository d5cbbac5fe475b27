package media

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"reelm"
)

var someBounds = bounds{duration: 10 * time.Minute, pixels: reelm.MaxPixels}

const phone = `{"streams": [
  {"index": 0, "codec_type": "data", "codec_tag_string": "mebx"},
  {"index": 1, "codec_name": "hevc", "codec_type": "video", "width": 1920, "height": 1080, "sample_aspect_ratio": "1:1",
   "pix_fmt": "yuv420p10le", "color_range": "tv", "color_space": "bt2020nc", "color_transfer": "arib-std-b67", "color_primaries": "bt2020",
   "r_frame_rate": "60/1", "avg_frame_rate": "810000/13487", "start_time": "0.000000", "duration": "12.500000",
   "side_data_list": [{"side_data_type": "DOVI configuration record"},
    {"displaymatrix": "\n00000000:            0       65536           0\n00000001:       -65536           0           0\n00000002:     47185920           0  1073741824\n", "rotation": -90}]},
  {"index": 2, "codec_name": "aac", "profile": "LC", "codec_type": "audio", "sample_rate": "44100", "channels": 2, "duration": "12.4"}],
 "format": {"format_name": "mov,mp4,m4a,3gp,3g2,mj2", "duration": "12.5"}}`

func TestReadProbe(t *testing.T) {
	src, sure, err := readProbe([]byte(phone), MP4, someBounds)
	if err != nil || !sure {
		t.Fatal(sure, err)
	}
	v := src.Video
	if v.Index != 1 || v.Turn != Clock || !v.HDR || v.Full || v.Transfer != "arib-std-b67" || !v.Steady {
		t.Errorf("%+v", v)
	}
	if src.Width != 1080 || src.Height != 1920 || src.Duration != 12500*time.Millisecond || src.Audio.Index != 2 || src.Audio.Rate != 44100 {
		t.Errorf("%+v %+v", src, src.Audio)
	}
	again, err := json.Marshal(src)
	if err != nil {
		t.Fatal(err)
	}
	var back Source
	if err := json.Unmarshal(again, &back); err != nil || back.Video != src.Video || *back.Audio != *src.Audio {
		t.Errorf("a Source does not survive JSON: %v", err)
	}
}

// video is one stream for the tables below.
func video(fields string) string {
	return `{"index": 0, "codec_type": "video", "codec_name": "h264", "width": 640, "height": 360, "avg_frame_rate": "30/1", "duration": "5"` + fields + `}`
}

func TestReadProbeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ streams, format, code string }{
		"nothing":       {"", "", reelm.FaultNoVideo},
		"cover only":    {video(`,"disposition":{"attached_pic":1}`), "", reelm.FaultNoVideo},
		"sound":         {`{"codec_type":"audio","codec_name":"aac"}`, "", reelm.FaultNoVideo},
		"exotic":        {`{"codec_type":"video","codec_name":"magicyuv","width":9,"height":9}`, "", reelm.FaultUnsupportedCodec},
		"unknown":       {`{"codec_type":"video","codec_name":"unknown","codec_tag_string":"vvc1","width":9,"height":9}`, "", reelm.FaultUnsupportedCodec},
		"no size":       {`{"codec_type":"video","codec_name":"unknown"}`, "", reelm.FaultUnreadableVideo},
		"known no size": {`{"codec_type":"video","codec_name":"h264"}`, "", reelm.FaultUnreadableVideo},
		"huge":          {video(`,"width":10000,"height":10000`), "", reelm.FaultTooManyPixels},
		"just too huge": {video(`,"width":4098,"height":2160`), "", reelm.FaultTooManyPixels},
	} {
		_, _, err := readProbe(fmt.Appendf(nil, `{"streams":[%s],"format":{%s}}`, c.streams, c.format), MP4, someBounds)
		if faultCode(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if _, _, err := readProbe([]byte("{"), MP4, someBounds); faultCode(err) != reelm.FaultUnreadableVideo {
		t.Error(err)
	}
}

func TestReadProbeChooses(t *testing.T) {
	for name, c := range map[string]struct {
		streams string
		check   func(*Source, bool) bool
	}{
		"the larger":     {video(``) + "," + video(`,"index":3,"width":1280,"height":720`), func(s *Source, _ bool) bool { return s.Video.Index == 3 }},
		"the moving":     {video(``) + "," + video(`,"index":3,"width":2048,"height":1536,"avg_frame_rate":"45000/39913"`), func(s *Source, _ bool) bool { return s.Video.Index == 0 }},
		"no cover":       {video(``) + "," + video(`,"index":3,"width":3000,"height":2000,"disposition":{"attached_pic":1}`), func(s *Source, _ bool) bool { return s.Video.Index == 0 }},
		"square pixels":  {video(`,"width":720,"height":576,"sample_aspect_ratio":"16:15"`), func(s *Source, _ bool) bool { return s.Width == 720 && s.Height == 540 }},
		"tall pixels":    {video(`,"width":1440,"height":1080,"sample_aspect_ratio":"3:4"`), func(s *Source, _ bool) bool { return s.Width == 1080 && s.Height == 1080 }},
		"mad pixels":     {video(`,"sample_aspect_ratio":"1:9999"`), func(s *Source, _ bool) bool { return s.Width == 640 }},
		"long header":    {video(`,"duration":"143165.5"`), func(_ *Source, sure bool) bool { return !sure }},
		"no length":      {video(`,"duration":"N/A"`), func(_ *Source, sure bool) bool { return !sure }},
		"nan":            {video(`,"duration":"NaN"`), func(s *Source, sure bool) bool { return !sure && s.Duration == 0 }},
		"lying r":        {video(`,"r_frame_rate":"120/1","avg_frame_rate":"299/10"`), func(s *Source, _ bool) bool { return !s.Video.Steady && s.Video.FPS == 29.9 }},
		"full by format": {video(`,"pix_fmt":"yuvj420p"`), func(s *Source, _ bool) bool { return s.Video.Full }},
		"default sound": {video(``) + `,{"index":1,"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":6},` +
			`{"index":2,"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":2,"disposition":{"default":1}}`,
			func(s *Source, _ bool) bool { return s.Audio.Index == 2 }},
		"odd sound dropped": {video(``) + `,{"index":1,"codec_type":"audio","codec_name":"wmav2","sample_rate":"48000","channels":2},` +
			`{"index":2,"codec_type":"audio","codec_name":"aac","sample_rate":"0","channels":2}`, func(s *Source, _ bool) bool { return s.Audio == nil }},
	} {
		src, sure, err := readProbe([]byte(`{"streams":[`+c.streams+`]}`), MP4, someBounds)
		if err != nil || !c.check(src, sure) {
			t.Errorf("%s: %+v, sure %v, %v", name, src, sure, err)
		}
	}
}

func TestReadMatrix(t *testing.T) {
	for m, want := range map[[4]int]Turn{
		{1, 0, 0, 1}: Upright, {0, 1, -1, 0}: Clock, {0, -1, 1, 0}: CClock, {-1, 0, 0, -1}: Half,
		{-1, 0, 0, 1}: HFlip, {1, 0, 0, -1}: VFlip, {0, 1, 1, 0}: CClockFlp, {0, -1, -1, 0}: ClockFlip,
	} {
		printed := fmt.Sprintf("\n00000000: %d %d 0\n00000001: %d %d 0\n00000002: 0 0 1073741824\n", m[0]<<16, m[1]<<16, m[2]<<16, m[3]<<16)
		if got := readMatrix(printed); got != want {
			t.Errorf("%v: %q, want %q", m, got, want)
		}
	}
	for _, s := range []string{"", "a\nb", "1 2 3\n4 x 6", "00000000: 0 0 0\n00000001: 0 0 0\n"} {
		if got := readMatrix(s); got != Upright {
			t.Errorf("%q: %q", s, got)
		}
	}
	for deg, want := range map[float64]Turn{0: Upright, 90: CClock, -90: Clock, 270: Clock, 180: Half, -180: Half, -270: CClock, 89.5: CClock, 1e18: Upright} {
		if got := byAngle(deg); got != want {
			t.Errorf("%v degrees: %q, want %q", deg, got, want)
		}
	}
}

// FuzzReadProbe feeds the reader of ffprobe's output: whatever comes, what it
// accepts can be planned and stays within the limits.
func FuzzReadProbe(f *testing.F) {
	f.Add([]byte(phone))
	f.Add([]byte(`{"streams":[` + video(`,"sample_aspect_ratio":"1:0"`) + `]}`))
	f.Add([]byte(`{"streams":[` + video(`,"avg_frame_rate":"1/0","r_frame_rate":"0/0","pix_fmt":"gbrp","width":3,"height":1`) + `]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		src, sure, err := readProbe(data, MP4, someBounds)
		if err != nil {
			if faultCode(err) == "" || src != nil {
				t.Fatalf("%v with %v", err, src)
			}
			return
		}
		if src.Width < 1 || src.Height < 1 || src.Width*src.Height > reelm.MaxPixels || src.Duration < 0 || sure && src.Duration > someBounds.duration {
			t.Fatalf("accepted %+v", src)
		}
		for _, fps := range []int{30, 60} {
			p := plan(src, fps)
			for _, r := range append(append([]Rung{p.First}, p.Rungs...), p.Later...) {
				checkRung(t, src, r, fps)
			}
		}
	})
}

// checkRung holds any rung of any plan against the rules.
func checkRung(t *testing.T, src *Source, r Rung, maxFPS int) {
	t.Helper()
	if r.W%2 != 0 || r.H%2 != 0 || r.W < 2 || r.H < 2 || r.W > max(2, src.Width) || r.H > max(2, src.Height) {
		t.Errorf("%dx%d from %dx%d", r.W, r.H, src.Width, src.Height)
	}
	if !(r.FPS > 0) || r.FPS > float64(maxFPS)*1.011 || math.IsInf(r.FPS, 0) {
		t.Errorf("%v frames per second", r.FPS)
	}
	if f := pictureFilters(src, r); strings.ContainsAny(f, "\n;[]'\"\\") || strings.Contains(f, "NaN") {
		t.Errorf("filters %q", f)
	}
}

func FuzzPacketTimes(f *testing.F) {
	f.Add("0.000000,0.033\n0.033000,0.033\n")
	f.Add("N/A,N/A\n-1.5,\n\n,,,\n1e400,1\nNaN,2\n")
	f.Fuzz(func(t *testing.T, s string) {
		r := &packetReader{limit: 600}
		_, err := r.Write([]byte(s))
		length := r.last - r.start()
		if math.IsNaN(length) || err == nil && length > 600+1e-9 {
			t.Errorf("%q: %v long, %v", s, length, err)
		}
	})
}
