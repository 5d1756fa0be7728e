"""Many sessions at once on the real server, over Streamlit's own protocol."""
