// Package gallery is a client of the Alteryx Server compatible gallery API:
// the Subscription API v1, publishing and listing of the Admin API v1, and
// the cancelling of a job, which exists in V3 only.
//
// The package knows nothing about signatures. It takes an *http.Client, and
// whatever that client's transport adds to a request is the authentication:
// an OAuth 1.0a signature, an OAuth 2 bearer token, or nothing where a signing
// proxy stands in between. As signing happens below this package, a repeated
// request is always signed anew.
//
//	client, err := gallery.New("https://host/gallery", &http.Client{Transport: signer})
//	for w, err := range client.Workflows(ctx, gallery.ListOptions{}) { ... }
//	job, err := client.Run(ctx, w.ID, gallery.RunOptions{Answers: answers})
//	job, err = client.Wait(ctx, job.ID, gallery.WaitOptions{})
//
// Section numbers in comments are those of the API reference of this project.
package gallery
