package explain_test

import (
	"context"
	"fmt"

	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

// A user signed the root of the API and called a list below it.
func ExampleExplain() {
	rep, err := explain.Explain(context.Background(), explain.Question{
		Request: oauth1.Request{
			Method: "GET", Scheme: "https", Host: "gallery.example.com", Path: "/gallery/api/v1/workflows/subscription/",
			Query: "oauth_consumer_key=8DA3C9A7E88FD2Eb&oauth_nonce=GeZ1v&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1618243200&oauth_version=1.0" +
				"&oauth_signature=0l0I7vbQXJ%2FEQwcy7UZxxGUKBjY%3D",
		},
		Secrets: []explain.Secret{{ConsumerKey: "8DA3C9A7E88FD2Eb", Secret: "cb1d3a6287f0d86e"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range rep.Found {
		for _, m := range e.Mistakes {
			fmt.Println(m.ID, m.Text)
			fmt.Println("   here:", m.Detail)
			fmt.Println("   cure:", m.Cure)
		}
		fmt.Println("missing in the signed text:", e.ExpectedPart.Of(rep.Expected))
	}
	// Output:
	// U1 The address that was signed is not the one that is called: it stops short, at the API root or another parent.
	//    here: the path that was signed is "/gallery/api/"
	//    cure: Sign the full address of the call, up to and without the "?".
	// missing in the signed text: v1%2Fworkflows%2Fsubscription%2F
}
