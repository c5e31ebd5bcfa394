package gallery

import "testing"

func TestParseBase(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://host/gallery", "https://host/gallery/api"},
		{"https://host/gallery/", "https://host/gallery/api"},
		{"https://host/gallery/api", "https://host/gallery/api"},
		{"https://host/gallery/api///", "https://host/gallery/api"},
		{" https://HOST:443/Gallery ", "https://host/Gallery/api"},
		{"http://host:80/gallery", "http://host/gallery/api"},
		{"http://host:8080/gallery/", "http://host:8080/gallery/api"},
		{"https://host:80/gallery", "https://host:80/gallery/api"},
		{"HTTP://host", "http://host/gallery/api"},
		{"http://host/", "http://host/gallery/api"},
		{"http://host/api/", "http://host/api"},
		{"https://host/webapi/", "https://host/webapi"},
		{"https://host/WebAPI", "https://host/WebAPI"},
		{"https://[::1]:443/gallery", "https://[::1]/gallery/api"},
		{"https://[::1]:9443/gallery", "https://[::1]:9443/gallery/api"},
		{"https://host/a%2Fb/gallery", "https://host/a%2Fb/gallery/api"},
	}
	for _, tt := range tests {
		u, err := ParseBase(tt.in)
		if err != nil {
			t.Errorf("ParseBase(%q): %v", tt.in, err)
			continue
		}
		if u.String() != tt.want {
			t.Errorf("ParseBase(%q) = %s, want %s", tt.in, u, tt.want)
		}
	}
	for _, in := range []string{"", "host/gallery", "ftp://host", "https://", "https://u:p@host/gallery", "https://host/?a=1", "https://host/#x", "https://ho st/"} {
		if u, err := ParseBase(in); err == nil {
			t.Errorf("ParseBase(%q) = %s, want an error", in, u)
		}
	}
}

func TestIDsStayInTheirElement(t *testing.T) {
	c, err := New("https://host/gallery", nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := element("job", "a/../b c?d")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.url("v1/jobs/"+id+"/", nil).String(), "https://host/gallery/api/v1/jobs/a%2F..%2Fb%20c%3Fd/"; got != want {
		t.Errorf("url = %s, want %s", got, want)
	}
	for _, id := range []string{"", ".", ".."} {
		if _, err := element("job", id); err == nil {
			t.Errorf("element(%q) gives no error", id)
		}
	}
}
