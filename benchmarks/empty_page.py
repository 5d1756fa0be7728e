"""What the app's start is compared with: the least Streamlit page that draws a Plotly chart."""

import plotly.graph_objects as go
import streamlit as st

st.title("Empty")
st.plotly_chart(go.Figure(go.Scatter(x=[0, 1], y=[0, 1])))
