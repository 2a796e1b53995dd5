"""The project in other languages: what is translated, its catalogues, and the pages made from them."""
