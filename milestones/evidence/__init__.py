"""What machines testify.

`answers` judges captured answers of Digipost's API by their signature, against what staff have pinned (`pinned`);
`receipts` reads the receipts of batch jobs. Both give `statements`: short `signs`, which name no recipient, and
`oracles` say which of them prove a scenario. `binding` says whose a statement is, and whether it still counts.

XML and zips are read in a process of its own: `reading` starts it, `reader` is what runs there, with `bodies`,
`job_results`, `unzipping`, `safe_xml` and `vocabulary`, which know nothing of the product.
"""
