package gallery_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"

	"kickoff/gallery"
	"kickoff/oauth1"
)

// Kick off an app with answers, wait for its end, and save its first output.
func Example() {
	ctx := context.Background()
	signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: os.Getenv("KICKOFF_KEY"), ConsumerSecret: os.Getenv("KICKOFF_SECRET")})
	client, err := gallery.New("https://host/gallery", &http.Client{Transport: &oauth1.Transport{Signer: signer}})
	if err != nil {
		log.Fatal(err)
	}
	for w, err := range client.Workflows(ctx, gallery.ListOptions{Search: "Sales"}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(w.ID, w.Name())
	}
	job, err := client.Run(ctx, "57ac2b43c1e7a50b14d0fe21", gallery.RunOptions{
		Answers: []gallery.Answer{{Name: "Region", Value: "East"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if job, err = client.Wait(ctx, job.ID, gallery.WaitOptions{}); err != nil {
		log.Fatal(err)
	}
	if !job.Succeeded() {
		log.Fatalf("job %s ended with %s: %v", job.ID, job.Disposition, job.Messages)
	}
	file, err := client.Output(ctx, job.ID, job.Outputs[0].ID, "Csv")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
}

// Errors say what the server said; their kind is asked for with errors.Is and errors.As.
func ExampleError() {
	var err error = &gallery.Error{
		Method: "GET", Path: "/gallery/api/v1/jobs/x/", Status: 404,
		ExceptionName: "NotFoundException", Message: "there is no such job",
	}
	var refused *gallery.Error
	if errors.Is(err, gallery.ErrNotFound) && errors.As(err, &refused) {
		fmt.Println(refused.Message)
	}
	fmt.Println(err)
	// Output:
	// there is no such job
	// GET /gallery/api/v1/jobs/x/: 404 Not Found: NotFoundException: there is no such job
}

// Answers are checked against an app's questions before anything is sent.
func ExampleCheckAnswers() {
	questions := []gallery.Question{{Name: "Region", Type: "QuestionListBox", Items: []gallery.Item{{Key: "The East", Value: "E"}}}}
	answers, bad := gallery.CheckAnswers(questions, []gallery.Answer{{Name: "Region", Value: "the east"}, {Name: "Zone", Value: "1"}})
	fmt.Println(answers)
	for _, b := range bad {
		fmt.Println(b, "-", b.Hint)
	}
	// Output:
	// [{Region E}]
	// answer "Zone" fits no question - the questions are: Region
}
